// The lobby follows what changes: it asks every quarter of a minute, a little earlier or later than others do.
(function () {
  "use strict";

  var frame = document.querySelector("[data-lobby]");
  if (!frame || !window.fetch) return;
  frame.setAttribute("data-follows", "");
  var said = document.querySelector("[data-lobby-said]");
  var lost = document.querySelector("[data-lobby-lost]");
  var tag = frame.dataset.tag || "";
  var failed = 0;
  var timer = null;
  var lastSign = 0;

  function words() {
    var part = frame.querySelector("[data-say]");
    return part ? part.dataset.say : "";
  }

  function pause() {
    if (failed) return Math.min(120000, 10000 * Math.pow(2, failed)) * (0.7 + Math.random() * 0.6);
    return (document.hidden ? 60000 : 15000) * (0.8 + Math.random() * 0.4);
  }

  function again(after) {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, after === undefined ? pause() : after);
  }

  // Nothing is changed under the fingers: what has the focus keeps it, by its address or its place.
  function show(html) {
    var before = words();
    var active = frame.contains(document.activeElement) ? document.activeElement : null;
    var address = active && active.getAttribute("href");
    frame.innerHTML = html;
    if (active) {
      var same = address && frame.querySelector("a[href='" + window.CSS.escape(address).replace(/\\'/g, "'") + "']");
      if (!same && address) {
        same = Array.prototype.find.call(frame.querySelectorAll("a"), function (link) { return link.getAttribute("href") === address; });
      }
      if (!same) same = frame.querySelector(active.tagName === "BUTTON" ? "button" : "a.button");
      if (same) same.focus({ preventScroll: true });
    }
    var now = words();
    if (now !== before && said) said.textContent = now;
    count();
  }

  function ask() {
    var headers = tag ? { "If-None-Match": "\"" + tag + "\"" } : {};
    window.fetch(frame.dataset.lobby, { headers: headers, cache: "no-store" }).then(function (answer) {
      if (answer.status === 404) { window.location.reload(); return null; }
      if (answer.status === 304) return "";
      if (!answer.ok) throw new Error(String(answer.status));
      tag = (answer.headers.get("ETag") || "").replace(/^W\//, "").replace(/"/g, "");
      return answer.text();
    }).then(function (html) {
      if (html === null) return;
      failed = 0;
      lost.hidden = true;
      if (html) show(html);
      sign();
      again();
    }).catch(function () {
      failed += 1;
      if (failed > 1) lost.hidden = false;
      again();
    });
  }

  // Beside an open room the page says now and then that it is still there.
  function sign() {
    if (!frame.querySelector(".lobby-inside") || Date.now() - lastSign < 120000) return;
    lastSign = Date.now();
    window.fetch(frame.dataset.here, { method: "POST" }).catch(function () {});
  }

  function two(number) { return (number < 10 ? "0" : "") + number; }

  function count() {
    frame.querySelectorAll("[data-countdown]").forEach(function (place) {
      var left = Math.round((Date.parse(place.dataset.countdown) - Date.now()) / 1000);
      if (left > 86400) return;
      if (left <= 0) {
        if (left > -3) again(500 + Math.random() * 3000);
        left = 0;
      }
      place.textContent = Math.floor(left / 3600) + ":" + two(Math.floor(left / 60) % 60) + ":" + two(left % 60);
    });
  }

  // The room opens in another window; this page then says at once that one is in.
  frame.addEventListener("click", function (event) {
    if (event.target.closest("a[target=_blank]")) again(4000);
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) again(300); });
  window.addEventListener("online", function () { again(300); });
  count();
  window.setInterval(count, 1000);
  again();
})();
