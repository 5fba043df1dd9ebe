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
  var ahead = 0; // milliseconds by which the house's clock is ahead of the device's

  // The device's clock may be wrong by hours; the house's is asked with every answer.
  function setClock(house, device) {
    if (!isNaN(house) && Math.abs(house - device - ahead) > 1500) ahead = house - device;
  }

  function setClockByPart(device) {
    var part = frame.querySelector("[data-now]");
    if (part) setClock(Date.parse(part.dataset.now), device);
  }

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
    showDevice();
    count();
  }

  function ask() {
    var headers = tag ? { "If-None-Match": "\"" + tag + "\"" } : {};
    var asked = Date.now();
    window.fetch(frame.dataset.lobby, { headers: headers, cache: "no-store" }).then(function (answer) {
      if (answer.status === 404) { window.location.reload(); return null; }
      if (answer.status === 304 || answer.ok) setClock(Date.parse(answer.headers.get("Date")) + 500, (asked + Date.now()) / 2);
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

  function clockIn(zone, moment) {
    return new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
  }

  function dayIn(zone, moment) {
    var form = { timeZone: zone, year: "numeric", month: document.documentElement.lang === "en" ? "short" : "2-digit", day: document.documentElement.lang === "en" ? "numeric" : "2-digit" };
    return new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, form).format(moment);
  }

  // Who travels reads the device's hours, too, where they are neither the host's nor those of the person's town.
  function showDevice() {
    if (!frame.dataset.device) return;
    try {
      var device = Intl.DateTimeFormat().resolvedOptions().timeZone;
      frame.querySelectorAll("[data-starts]").forEach(function (place) {
        var starts = new Date(place.dataset.starts);
        var ends = new Date(place.dataset.ends);
        var known = [frame.dataset.host, frame.dataset.own].filter(Boolean);
        var same = known.some(function (zone) { return clockIn(zone, starts) === clockIn(device, starts) && dayIn(zone, starts) === dayIn(device, starts); });
        var shown = place.querySelector(".lobby-hours__time");
        if (!device || same || !shown || isNaN(starts)) return;
        var moments = [starts, ends];
        var line = document.createElement("span");
        line.className = "lobby-hours__device";
        if (dayIn(device, starts) !== dayIn(frame.dataset.host, starts)) line.append(dayIn(device, starts) + ", ");
        var time = document.createElement("span");
        time.className = "lobby-hours__time";
        time.textContent = shown.textContent.replace(/\d{1,2}[:.]\d{2}/g, function (text) { return moments.length ? clockIn(device, moments.shift()) : text; });
        var where = document.createElement("span");
        where.className = "soft";
        where.textContent = "(" + frame.dataset.device + ")";
        line.append(time, " ", where);
        place.append(" ", line);
      });
    } catch (error) { return; } // a browser that knows no zones
  }

  function two(number) { return (number < 10 ? "0" : "") + number; }

  function count() {
    frame.querySelectorAll("[data-countdown]").forEach(function (place) {
      var left = Math.round((Date.parse(place.dataset.countdown) - Date.now() - ahead) / 1000);
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
  setClockByPart(Date.now());
  showDevice();
  count();
  window.setInterval(count, 1000);
  again();
})();
