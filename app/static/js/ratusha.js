// Comforts only: every page works without this file.
(function () {
  "use strict";

  // The reader's choice of light or dark, kept in this browser alone.
  function offerAppearance() {
    var label = document.querySelector("[data-appearance]");
    if (!label) return;
    var select = label.querySelector("select");
    select.value = document.documentElement.getAttribute("data-theme") || "";
    label.hidden = false;
    select.addEventListener("change", function () {
      if (select.value) document.documentElement.setAttribute("data-theme", select.value);
      else document.documentElement.removeAttribute("data-theme");
      try {
        if (select.value) localStorage.setItem("ratusha-appearance", select.value);
        else localStorage.removeItem("ratusha-appearance");
      } catch (error) {
        // Not kept, but shown.
      }
    });
  }

  // The desk's navigation stands open beside the page and closed above it.
  function openWhenWide() {
    var wide = window.matchMedia("(min-width: 960px)");
    document.querySelectorAll("[data-open-when-wide]").forEach(function (details) {
      details.open = wide.matches;
      wide.addEventListener("change", function () { details.open = wide.matches; });
    });
  }

  // Menus behind three dots: one open at a time, closed by Escape or a click elsewhere.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A deed is sent once, however often the button is pressed; coming back by history makes it ready again.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if ((form.method || "").toLowerCase() !== "post" || event.defaultPrevented) return;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    window.setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
  });

  // One box for all rows of a table.
  function offerSelectAll(root) {
    root.querySelectorAll("[data-select-all]").forEach(function (all) {
      var table = all.closest("table");
      var boxes = function () { return table.querySelectorAll("tbody input[type=checkbox]"); };
      var tell = function () {
        var chosen = table.querySelectorAll("tbody input[type=checkbox]:checked").length;
        all.checked = chosen > 0 && chosen === boxes().length;
        all.indeterminate = chosen > 0 && chosen < boxes().length;
      };
      all.hidden = false;
      all.addEventListener("change", function () {
        boxes().forEach(function (box) { box.checked = all.checked; });
      });
      table.addEventListener("change", tell);
      tell();
    });
  }

  // Rows shown as cards keep their meaning for screen readers.
  function keepTableRoles(root) {
    root.querySelectorAll("table.table").forEach(function (table) {
      table.setAttribute("role", "table");
      table.querySelectorAll("thead, tbody, tfoot").forEach(function (part) { part.setAttribute("role", "rowgroup"); });
      table.querySelectorAll("tr").forEach(function (row) { row.setAttribute("role", "row"); });
      table.querySelectorAll("td").forEach(function (cell) { cell.setAttribute("role", "cell"); });
      table.querySelectorAll("thead th").forEach(function (cell) { cell.setAttribute("role", "columnheader"); });
      table.querySelectorAll("tbody th").forEach(function (cell) { cell.setAttribute("role", "rowheader"); });
    });
  }

  function start() {
    offerAppearance();
    openWhenWide();
    offerSelectAll(document);
    keepTableRoles(document);
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
    var summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  document.addEventListener("htmx:load", function (event) {
    if (event.target === document.body) return;
    offerSelectAll(event.target);
    keepTableRoles(event.target);
  });
})();
