// Comforts of the public programme: stars without a new page, the device's own clock, what is on now.
(function () {
  "use strict";

  // The star's form works by itself; here its answer is the star as it stands afterwards.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-star]");
    var form = document.getElementById("stars");
    if (!button || !form || !window.fetch || event.defaultPrevented) return;
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    var data = new URLSearchParams();
    data.append(button.name, button.value);
    window.fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (html) {
        var frame = document.createElement("div");
        frame.innerHTML = html;
        var fresh = frame.firstElementChild;
        if (!fresh) { window.location.reload(); return; }
        button.replaceWith(fresh);
        fresh.focus();
      })
      .catch(function () {
        var sent = document.createElement("input");
        sent.type = "hidden";
        sent.name = button.name;
        sent.value = button.value;
        form.appendChild(sent);
        form.submit();
      });
  });

  // Another clock than the host's is shown at once when it is chosen, and the device's own is proposed.
  function offerZones() {
    document.querySelectorAll("[data-zone-form]").forEach(function (form) {
      var select = form.querySelector("select");
      var proposal = form.querySelector("[data-zone-proposal]");
      var own = "";
      try { own = Intl.DateTimeFormat().resolvedOptions().timeZone || ""; } catch (error) { return; }
      if (select.selectedIndex > 0 || own.indexOf("/") < 0 || own === form.dataset.host) return;
      var option = Array.prototype.find.call(select.options, function (one) { return one.value === own; });
      var button = proposal.querySelector("button");
      var word = option ? option.textContent : own.split("/").pop().replace(/_/g, " ");
      button.textContent = form.dataset.word.replace("{zone}", word);
      button.addEventListener("click", function () {
        if (!option) {
          option = new Option(word, own);
          select.add(option);
        }
        select.value = own;
      });
      proposal.hidden = false;
    });
  }

  // Sessions that are on now say so; the lines above the list are asked for again every minute.
  function markPresent() {
    var moment = Date.now();
    document.querySelectorAll("[data-starts]").forEach(function (line) {
      var ends = line.dataset.ends ? Date.parse(line.dataset.ends) : 0;
      var on = Date.parse(line.dataset.starts) <= moment && moment < ends;
      line.classList.toggle("timetable__present", on);
      var word = line.querySelector("[data-now]");
      if (word) word.hidden = !on;
    });
  }

  function renew() {
    markPresent();
    var frame = document.querySelector("[data-happening]");
    if (!frame || document.hidden || frame.contains(document.activeElement)) return;
    window.fetch(frame.dataset.happening).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)));
    }).then(function (html) {
      if (html.trim() !== frame.innerHTML.trim()) frame.innerHTML = html;
    }).catch(function () {});
  }

  offerZones();
  markPresent();
  window.setInterval(renew, 60000);
})();
