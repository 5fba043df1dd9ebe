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

  // Questions asked only of some are hidden from the others; the server decides all the same.
  function askOnlyWhatApplies(root) {
    root.querySelectorAll("form").forEach(function (form) {
      var rows = form.querySelectorAll("[data-question]");
      if (!rows.length) return;
      var given = function (name) {
        var found = [];
        form.querySelectorAll("[name='" + name + "']").forEach(function (control) {
          if (control.closest("[data-question][hidden]")) return;
          if ((control.type === "radio" || control.type === "checkbox") && !control.checked) return;
          found.push(control.value);
        });
        return found;
      };
      var decide = function () {
        rows.forEach(function (row) {
          var roles = (row.dataset.roles || "").split(" ").filter(Boolean);
          var own = form.querySelector("[name='role']") ? given("role") : (row.dataset.role || "").split(";");
          var asked = !roles.length || own.some(function (role) { return roles.indexOf(role) >= 0; });
          if (asked && row.dataset.decider) asked = given(row.dataset.decider).indexOf(row.dataset.answer) >= 0;
          row.hidden = !asked;
        });
      };
      form.addEventListener("change", decide);
      decide();
    });
  }

  // Rows that can be put in order are dragged with the pointer; the menu of every row does the same by keys.
  function offerOrder(root) {
    root.querySelectorAll("[data-order]").forEach(function (frame) {
      var form = frame.querySelector("[data-order-form]");
      var rows = function () { return Array.prototype.slice.call(frame.querySelectorAll("[data-order-item]")); };
      var dragged = null;
      var before = "";
      var order = function () { return rows().map(function (row) { return row.dataset.orderItem; }).join(","); };
      if (!form || rows().length < 2) return;
      rows().forEach(function (row) {
        row.draggable = true;
        row.addEventListener("dragstart", function (event) {
          dragged = row;
          before = order();
          row.classList.add("is-dragged");
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", row.dataset.orderItem);
        });
        row.addEventListener("dragover", function (event) {
          if (!dragged || dragged === row) return;
          event.preventDefault();
          var box = row.getBoundingClientRect();
          row.parentNode.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? row.nextSibling : row);
        });
        row.addEventListener("drop", function (event) { event.preventDefault(); });
        row.addEventListener("dragend", function () {
          row.classList.remove("is-dragged");
          dragged = null;
          if (order() === before) return;
          form.elements.order.value = order();
          form.requestSubmit ? form.requestSubmit() : form.submit();
        });
      });
    });
  }

  // What a button offers goes into the text where the cursor stands.
  function offerInserting(root) {
    root.querySelectorAll("[data-insert]").forEach(function (button) {
      var text = document.getElementById(button.dataset.insertInto);
      if (!text) return;
      button.hidden = false;
      button.addEventListener("click", function () {
        var end = text.selectionStart + button.dataset.insert.length;
        text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
        text.focus();
        text.setSelectionRange(end, end);
        text.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  }

  // The page of a letter beside its text, for browsers that show PDF themselves; drawn while it is open.
  function offerLivePage(root) {
    var panel = root.querySelector("[data-live-pdf]");
    var form = document.getElementById("text-form");
    if (!panel || !form || !navigator.pdfViewerEnabled) return;
    var waiting = null;
    var draw = function () {
      if (!panel.open) return;
      var sent = document.createElement("form");
      sent.method = "post";
      sent.action = panel.dataset.livePdf;
      sent.target = "live-pdf";
      sent.hidden = true;
      ["csrf_token", "body", "addressee", "based_on"].forEach(function (name) {
        var field = document.createElement("textarea");
        field.name = name;
        field.value = form.elements[name] ? form.elements[name].value : "";
        sent.appendChild(field);
      });
      var framed = document.createElement("input");
      framed.name = "framed";
      framed.value = "1";
      sent.appendChild(framed);
      document.body.appendChild(sent);
      sent.submit();
      sent.remove();
    };
    var soon = function () { window.clearTimeout(waiting); waiting = window.setTimeout(draw, 1000); };
    panel.hidden = false;
    panel.addEventListener("toggle", draw);
    form.elements.body.addEventListener("input", soon);
    form.elements.addressee.addEventListener("change", soon);
  }

  // A registration is kept while it is typed, once a name or an address is there; it then has an address of its own.
  function keepDraft(root) {
    root.querySelectorAll("[data-keep-draft]").forEach(function (form) {
      var waiting = null;
      var sending = false;
      var again = false;
      var left = false;
      var begun = function () {
        return form.dataset.keepDraft === "on" || ["last", "first", "email"].some(function (name) {
          var field = form.elements[name];
          return field && field.value.trim() !== "";
        });
      };
      var tell = function (url) {
        var status = form.querySelector("[data-draft-status]");
        var words = form.querySelector("[data-draft-words]");
        form.dataset.keepDraft = "on";
        if (!url || !status || !words) return;
        var full = new URL(url, window.location.href).href;
        window.history.replaceState(null, "", full);
        status.append(words.content.cloneNode(true));
        var link = status.querySelector("[data-draft-link]");
        link.href = full;
        link.textContent = full;
        var forget = form.querySelector("[data-draft-forget]");
        if (forget) forget.hidden = false;
      };
      var send = function () {
        waiting = null;
        if (left || !begun()) return;
        if (sending) { again = true; return; }
        sending = true;
        var first = form.dataset.keepDraft === "first";
        var data = new FormData();
        new FormData(form).forEach(function (value, name) { if (typeof value === "string") data.append(name, value); });
        data.append("deed", "keep");
        window.fetch(window.location.href, {
          method: "POST", body: new URLSearchParams(data), headers: { "X-Requested-With": "fetch" }, keepalive: true
        }).then(function (answer) { return answer.ok ? answer.json() : {}; }).then(function (kept) {
          if (first && kept.kept && !left) tell(kept.url);
        }).catch(function () {}).then(function () {
          sending = false;
          if (again) { again = false; send(); }
        });
      };
      form.addEventListener("input", function () {
        window.clearTimeout(waiting);
        waiting = window.setTimeout(send, form.dataset.keepDraft === "first" ? 2500 : 4000);
      });
      form.addEventListener("submit", function () { left = true; window.clearTimeout(waiting); });
      document.addEventListener("visibilitychange", function () {
        if (document.visibilityState === "hidden" && waiting) { window.clearTimeout(waiting); send(); }
      });
    });
  }

  // Buttons that set the signs of formatting around what is selected, or at the beginning of its lines.
  function offerFormatting(root) {
    root.querySelectorAll("[data-format-for]").forEach(function (bar) {
      var area = document.getElementById(bar.dataset.formatFor);
      if (!area) return;
      bar.hidden = false;
      bar.addEventListener("click", function (event) {
        var button = event.target.closest("button");
        if (!button) return;
        var from = area.selectionStart;
        var to = area.selectionEnd;
        var chosen = area.value.slice(from, to);
        var sign = button.dataset.before;
        var made;
        if (sign) {
          from = area.value.lastIndexOf("\n", from - 1) + 1;
          made = area.value.slice(from, to).split("\n").map(function (line) {
            return line.indexOf(sign) === 0 ? line.slice(sign.length) : sign + line;
          }).join("\n");
        } else {
          made = button.dataset.around + chosen + (button.dataset.after || button.dataset.around);
        }
        area.focus();
        area.setRangeText(made, from, to, "end");
        if (!chosen && !sign) {
          var middle = from + button.dataset.around.length;
          area.setSelectionRange(middle, middle);
        }
        area.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  }

  function start() {
    keepDraft(document);
    offerFormatting(document);
    offerAppearance();
    openWhenWide();
    offerSelectAll(document);
    keepTableRoles(document);
    askOnlyWhatApplies(document);
    offerOrder(document);
    offerInserting(document);
    offerLivePage(document);
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
    askOnlyWhatApplies(event.target);
    offerOrder(event.target);
    offerInserting(event.target);
  });
})();
