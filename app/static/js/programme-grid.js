/* The grid of a day: sessions moved and stretched by pointer, by keys, by buttons. Without this file the form beside the
   grid does the same. What is saved is said by the server; what it refuses stands where it stood. */
"use strict";

(() => {
  const planner = document.querySelector("[data-planner]");
  const form = planner && planner.querySelector("[data-move]");
  if (!form) return;
  const read = (name) => JSON.parse(planner.querySelector(`[data-${name}]`).textContent);
  const find = (selector) => planner.querySelector(selector);
  const all = (selector, root = planner) => [...root.querySelectorAll(selector)];
  const words = read("words");
  let remarks = read("remarks");
  const [from, until] = [planner.dataset.first * 60, planner.dataset.last * 60];
  const frame = find("[data-frame]");
  const tray = find("[data-tray]");
  const live = find("[data-live]");
  const clashBox = document.querySelector("[data-clash]");
  const since = find("[data-shift] [type=time]");
  const SNAP = 5;
  const SHORTEST = 5;
  const NEW_LENGTH = 60; // of a session that had no hour, while it is placed
  const OPEN_END = 30;

  let chosen = null; // the number of the session the form beside the grid speaks of
  let lift = null; // what is being moved: {slot, ghost, start, length, column, stretch, by}
  let quiet = 0;
  let last = Promise.resolve();
  let saving = 0; // how many saves are on their way
  let typed = false; // whether the form beside the grid holds what nobody has saved yet
  let sinceTyped = false; // whether somebody has written into the hour from which everything is shifted

  /* Telling */
  const say = (text, seconds = 0) => {
    live.textContent = text;
    window.clearTimeout(quiet);
    if (seconds) quiet = window.setTimeout(() => { live.textContent = ""; }, seconds * 1000);
  };
  const clock = (minutes) => [Math.floor(minutes / 60) % 24, minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
  /* The small hours below midnight are of the next day. */
  const when = (start) => {
    const day = new Date(`${planner.dataset.day}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Math.floor(start / 1440));
    return { day: day.toISOString().slice(0, 10), start: clock(start) };
  };
  const hours = (start, length) => (length ? `${clock(start)}–${clock(start + length)}` : clock(start));

  /* Reading the page */
  const columns = () => all("[data-column]");
  const columnOf = (slot) => slot.closest("[data-column]");
  const bodyOf = (slot) => slot.querySelector(".slot__body");
  const slotOf = (number) => (number ? find(`[data-slot="${number}"]`) : null);
  const titleOf = (slot) => slot.querySelector(".slot__title").textContent.replaceAll("\u00AD", "");
  const minutesOf = (slot, name) => (slot.dataset[name] === "" ? null : Number(slot.dataset[name]));
  const scale = (column) => column.querySelector("[data-slots]").getBoundingClientRect().height / (until - from);
  const within = (start) => Math.min(Math.max(start, from), until - SNAP);

  const showColumn = (column) => {
    columns().forEach((one) => one.classList.toggle("is-chosen", one === column));
    find("[data-room-choice] select").value = column.dataset.column;
  };

  /* One session is chosen: it is the one Tab reaches, and the form beside speaks of it */
  const mark = (slot) => {
    all(".slot__body[tabindex='0']").forEach((body) => { body.tabIndex = -1; });
    all(".slot.is-chosen").forEach((one) => one.classList.remove("is-chosen"));
    bodyOf(slot).tabIndex = 0;
    slot.classList.add("is-chosen");
    chosen = slot.dataset.slot;
  };

  const choose = (slot) => {
    mark(slot);
    typed = false;
    const start = minutesOf(slot, "start");
    form.elements.session.value = `${chosen}-${slot.dataset.version}`;
    form.elements.day.value = planner.dataset.day;
    form.elements.start.value = start === null ? "" : clock(start);
    form.elements.minutes.value = slot.dataset.length;
    form.elements.room.value = columnOf(slot) ? columnOf(slot).dataset.column : "";
    if (start !== null && !sinceTyped) since.value = clock(start);
    const title = find("[data-chosen-title]");
    title.textContent = titleOf(slot);
    title.href = bodyOf(slot).href;
    find("[data-chosen]").hidden = false;
    find("[data-nudges]").hidden = start === null;
    const list = find("[data-chosen-remarks]");
    list.replaceChildren(...(remarks[chosen] || []).map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    list.hidden = !list.children.length;
  };

  const prepare = (root) => {
    all("[data-slot] .slot__body", root).forEach((body) => {
      body.setAttribute("role", "button");
      body.setAttribute("aria-describedby", "planner-keys");
      body.draggable = false;
      body.tabIndex = -1;
    });
  };

  const keepOneReachable = () => {
    if (find(".slot__body[tabindex='0']")) return;
    const first = slotOf(chosen) || find("[data-slot]");
    if (first) bodyOf(first).tabIndex = 0;
  };

  /* Saving */
  const refill = (target, html) => {
    target.innerHTML = html;
    prepare(target);
  };

  /* A session made shorter may need taller hours; they shrink again with the next page */
  const stretch = (classes) => {
    const slot = slotOf(chosen);
    const before = slot && slot.getBoundingClientRect().top;
    classes.split(" ").forEach((one) => {
      const [kind, step] = one.match(/^(.+-)(\d+)$/).slice(1);
      const now = [...planner.classList].find((name) => name.startsWith(kind));
      if (now && Number(now.slice(kind.length)) < Number(step)) planner.classList.replace(now, one);
    });
    if (slot) frame.scrollBy(0, slot.getBoundingClientRect().top - before);
  };

  const take = (answer, focus) => {
    if (Object.keys(answer.columns).some((key) => !find(`[data-column="${key}"]`))) {
      window.location.reload(); // a room that was not shown
      return;
    }
    remarks = answer.remarks;
    Object.entries(answer.columns).forEach(([key, html]) => refill(find(`[data-column="${key}"] [data-slots]`), html));
    refill(tray, answer.tray);
    find("[data-undo]").innerHTML = answer.undo;
    all("option", form.elements.session).forEach((option) => {
      const [number] = option.value.split("-");
      if (answer.versions[number]) option.value = `${number}-${answer.versions[number]}`;
      else if (number) option.remove();
    });
    all("[data-slot]").forEach((slot) => slot.classList.toggle("is-warned", slot.dataset.slot in remarks));
    stretch(answer.tall);
    const slot = slotOf(chosen);
    if (slot) choose(slot);
    if (slot && focus) bodyOf(slot).focus({ preventScroll: true });
    if (slot && columnOf(slot)) {
      const [box, seen] = [slot.getBoundingClientRect(), frame.getBoundingClientRect()];
      const axis = find(".planner__axis").offsetWidth;
      if (box.left < seen.left + axis) frame.scrollBy(box.left - seen.left - axis, 0);
      else if (box.right > seen.right) frame.scrollBy(box.right - seen.right, 0);
    }
    keepOneReachable();
    say(answer.said, 6);
  };

  const post = async (slot, values, focus) => {
    const number = slot.dataset.slot;
    const data = new URLSearchParams({
      csrf_token: form.elements.csrf_token.value, shown: planner.dataset.day, ...JSON.parse(planner.dataset.kept),
      span: form.elements.span.value, session: `${number}-${slotOf(number).dataset.version}`, ...values,
    });
    slotOf(number).classList.add("is-waiting");
    let answer;
    let status;
    try {
      const response = await window.fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch", Accept: "application/json" } });
      status = response.status;
      if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error(String(status));
      answer = await response.json();
    } catch {
      answer = { refusal: words.lost };
    }
    const there = slotOf(number);
    if (there) there.classList.remove("is-waiting");
    if (answer.reload) {
      window.location.assign(answer.reload);
      if (answer.reload.split("#")[0] === window.location.pathname + window.location.search) window.location.reload();
    } else if (answer.clash) {
      clashBox.innerHTML = answer.clash;
      clashBox.querySelector("[data-error-summary]").focus();
      say("");
    } else if (status === 200 && answer.columns) {
      clashBox.replaceChildren();
      take(answer, focus);
    } else {
      say(answer.refusal, 12);
    }
  };

  /* One after the other, so that each knows the version the one before has made. */
  const save = (slot, values, focus) => {
    say(words.saving);
    saving += 1;
    last = last.then(() => (slotOf(slot.dataset.slot) ? post(slot, values, focus) : null)).finally(() => { saving -= 1; });
  };

  /* Picking up and putting down */
  const draw = () => {
    const { ghost, start, length, column, slot } = lift;
    const shown = length || OPEN_END;
    [["--h", 0], ["--m", start], ["--lh", 0], ["--lm", shown], ["--lane", 0], ["--lanes", 1]].forEach(([name, value]) => ghost.style.setProperty(name, value));
    ghost.classList.toggle("slot--flat", shown < 30);
    ghost.classList.toggle("slot--low", shown >= 30 && shown < 45);
    const list = column.querySelector("[data-slots]");
    if (ghost.parentNode !== list) list.append(ghost);
    if (lift.by === "keys" && !column.offsetParent) showColumn(column);
    const text = `${hours(start, length)}, ${column.dataset.name}`;
    ghost.querySelector(".slot__hours").textContent = hours(start, length);
    if (lift.told !== text) say(text);
    lift.told = text;
    slot.classList.add("is-lifted");
  };

  const pickUp = (slot, by, stretch = false) => {
    const start = minutesOf(slot, "start");
    const shown = columns().find((one) => one.offsetParent && one.classList.contains("is-chosen"));
    const column = columnOf(slot) || shown || columns()[0];
    const ghost = slot.cloneNode(true);
    ["id", "data-slot"].forEach((name) => ghost.removeAttribute(name));
    ghost.classList.remove("is-waiting", "is-chosen");
    ghost.classList.add("is-ghost");
    ghost.setAttribute("aria-hidden", "true");
    ghost.inert = true;
    const length = minutesOf(slot, "length") || (start === null ? NEW_LENGTH : null);
    lift = { slot, ghost, start: start === null ? within(9 * 60) : start, length, column, by, stretch, told: "" };
    lift.was = start === null ? null : [lift.start, lift.length, column];
    choose(slot);
  };

  const putDown = (keep) => {
    if (!lift) return;
    const { slot, ghost, start, length, column, was, by, day } = lift;
    ghost.remove();
    slot.classList.remove("is-lifted");
    all(".is-target").forEach((one) => one.classList.remove("is-target"));
    document.body.classList.remove("is-dragging", "is-stretching");
    lift = null;
    if (!keep) {
      if (columnOf(slot) && by === "keys") showColumn(columnOf(slot));
      say(words.kept, 3);
      return;
    }
    if (day && was) save(slot, { day, start: clock(was[0]), minutes: was[1] || "", room: was[2].dataset.column });
    else if (was && was[0] === start && was[1] === length && was[2] === column) say(words.kept, 3);
    else save(slot, { ...when(start), minutes: length || "", room: column.dataset.column }, by === "keys");
  };

  const beside = (column, step) => columns()[columns().indexOf(column) + step] || column;

  /* Keys: the arrows walk from session to session, and carry the one that is picked up */
  const walk = (slot, key) => {
    const here = columnOf(slot);
    const row = all("[data-slot]", here || tray);
    if (key === "Home" || key === "End") return key === "Home" ? row[0] : row[row.length - 1];
    if (key === "ArrowUp" || key === "ArrowDown") return row[row.indexOf(slot) + (key === "ArrowDown" ? 1 : -1)];
    const step = key === "ArrowRight" ? 1 : -1;
    const rooms = [...columns().filter((one) => one.offsetParent), tray].map((one) => all("[data-slot]", one));
    const at = minutesOf(slot, "start") || 0;
    for (let number = rooms.findIndex((one) => one.includes(slot)) + step; rooms[number]; number += step) {
      const [nearest] = rooms[number].sort((one, other) => Math.abs(minutesOf(one, "start") - at) - Math.abs(minutesOf(other, "start") - at));
      if (nearest) return nearest;
    }
    return null;
  };

  /* Another day: it is told and marked; put down, the session goes there at the same hour */
  const toDay = (step) => {
    if (!lift.was) return;
    const tabs = all("[data-to-day]");
    const now = lift.day || planner.dataset.day;
    const tab = tabs[tabs.findIndex((one) => one.dataset.toDay === now) + step];
    if (!tab) return;
    lift.day = tab.dataset.toDay === planner.dataset.day ? null : tab.dataset.toDay;
    tabs.forEach((one) => one.classList.toggle("is-target", Boolean(lift.day) && one === tab));
    lift.told = `${tab.firstChild.textContent.trim()}, ${hours(lift.was[0], lift.was[1])}`;
    say(lift.told);
  };

  const carry = (event) => {
    if (event.key === "Home" || event.key === "End") {
      toDay(event.key === "End" ? 1 : -1);
      return true;
    }
    const step = { ArrowUp: -SNAP, ArrowDown: SNAP, PageUp: -60, PageDown: 60 }[event.key];
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") lift.column = beside(lift.column, event.key === "ArrowRight" ? 1 : -1);
    else if (!step) return false;
    else if (event.shiftKey) lift.length = Math.max((lift.length || OPEN_END) + step, SHORTEST);
    else lift.start = within(lift.start + step);
    lift.day = null;
    all(".is-target").forEach((one) => one.classList.remove("is-target"));
    draw();
    lift.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  };

  planner.addEventListener("keydown", (event) => {
    const slot = event.target.closest("[data-slot]");
    if (!slot || event.altKey || event.ctrlKey || event.metaKey) return;
    let done = true;
    if (lift) {
      if (event.key === "Enter" || event.key === " ") putDown(true);
      else if (event.key === "Escape") putDown(false);
      else done = carry(event);
    } else if ((event.key === "Enter" || event.key === " ") && !event.repeat) {
      pickUp(slot, "keys");
      draw();
      say(`${words.lifted.replace("%s", titleOf(slot))} ${lift.told}`);
    } else if (/^(Arrow|Home|End)/.test(event.key)) {
      const next = walk(slot, event.key);
      if (next) bodyOf(next).focus();
    } else {
      done = false;
    }
    if (done) event.preventDefault();
  });
  planner.addEventListener("focusin", (event) => {
    const slot = event.target.closest("[data-slot]");
    if (slot && !lift && slot.dataset.slot !== chosen) choose(slot);
  });
  planner.addEventListener("focusout", () => { if (lift && lift.by === "keys") putDown(false); });

  /* Pointer: a press that moves is a drag; on a screen that is touched, a press that lasts */
  let press = null;

  const follow = (x, y) => {
    const under = document.elementFromPoint(x, y);
    const tab = !lift.stretch && under && under.closest("[data-to-day]");
    all(".is-target").forEach((one) => one.classList.toggle("is-target", one === tab));
    lift.day = tab && lift.was ? tab.dataset.toDay : null;
    if (lift.day) tab.classList.add("is-target");
    const column = lift.stretch ? lift.column : (under && under.closest("[data-column]")) || lift.column;
    lift.column = column;
    const at = from + (y - column.querySelector("[data-slots]").getBoundingClientRect().top) / scale(column);
    if (lift.stretch) {
      const end = Math.min(Math.round(at / SNAP) * SNAP, until);
      lift.length = Math.max(end - lift.start, SHORTEST);
    } else {
      lift.start = within(Math.round((at - press.grip) / SNAP) * SNAP);
    }
    draw();
  };

  /* Near an edge the page follows: after a moment, the faster the nearer. Not where the press began: an edge of a
     session that lies there already is pulled a little without anything running away. */
  const EDGE = 32;
  const REST = 500; // milliseconds
  const FASTEST = { move: 8, stretch: 2 }; // pixels a frame

  const pull = (side, depth, at) => {
    if (depth <= 0) press.left.add(side);
    if (depth <= 0 || (!press.left.has(side) && depth <= EDGE)) press.rests.delete(side);
    else if (!press.rests.has(side)) press.rests.set(side, at);
    else if (at - press.rests.get(side) > REST) return Math.ceil((Math.min(depth, EDGE) / EDGE) * FASTEST[press.stretch ? "stretch" : "move"]);
    return 0;
  };

  const roll = (at) => {
    if (!lift || lift.by !== "pointer" || !press) return;
    const box = frame.getBoundingClientRect();
    const above = press.y < box.top; // where the days are: nothing follows but the page
    const [top, bottom] = [above ? 0 : Math.max(box.top + 40, 0), Math.min(box.bottom, window.innerHeight)];
    const down = pull("down", press.y - bottom + EDGE, at) - pull("up", top + EDGE - press.y, at);
    const right = pull("right", press.x - box.right + EDGE, at) - pull("left", press.x < box.left ? 0 : box.left + EDGE - press.x, at);
    const before = frame.scrollTop;
    frame.scrollBy(lift.stretch ? 0 : right, above ? 0 : down);
    if (down && frame.scrollTop === before && (down > 0 ? press.y > window.innerHeight - EDGE : press.y < EDGE)) window.scrollBy(0, down);
    follow(press.x, press.y);
    window.requestAnimationFrame(roll);
  };

  const begin = () => {
    pickUp(press.slot, "pointer", press.stretch);
    const box = press.slot.getBoundingClientRect();
    const start = minutesOf(press.slot, "start");
    press.grip = start === null ? 10 : (press.fromY - box.top) / scale(lift.column);
    document.body.classList.add(press.stretch ? "is-stretching" : "is-dragging");
    follow(press.x, press.y);
    window.requestAnimationFrame(roll);
  };

  const letGo = (keep) => {
    if (!press) return;
    window.clearTimeout(press.waiting);
    const dragged = lift && lift.by === "pointer";
    press = null;
    if (dragged) putDown(keep);
  };

  planner.addEventListener("pointerdown", (event) => {
    const slot = event.target.closest("[data-slot]");
    if (!slot || event.button || !event.isPrimary || lift || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const stretch = event.target.classList.contains("slot__handle");
    press = { slot, stretch, fromX: event.clientX, fromY: event.clientY, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch", left: new Set(), rests: new Map() };
    if (press.touch && !stretch) press.waiting = window.setTimeout(() => { if (press) begin(); }, 350);
  });
  document.addEventListener("pointermove", (event) => {
    if (!press || !event.isPrimary) return;
    [press.x, press.y] = [event.clientX, event.clientY];
    if (lift) return; // the next frame follows
    if (Math.hypot(press.x - press.fromX, press.y - press.fromY) < 5) return;
    if (press.touch && !press.stretch) letGo(false);
    else begin();
  });
  document.addEventListener("pointerup", (event) => {
    if (!press || !event.isPrimary) return;
    [press.x, press.y] = [event.clientX, event.clientY];
    if (lift) follow(press.x, press.y);
    const moved = Boolean(lift);
    letGo(true);
    // The click that follows a drag opens nothing.
    if (!moved) return;
    const stop = (click) => { click.preventDefault(); click.stopPropagation(); };
    window.addEventListener("click", stop, true);
    window.setTimeout(() => window.removeEventListener("click", stop, true), 0);
  });
  document.addEventListener("pointercancel", () => letGo(false));
  document.addEventListener("touchmove", (event) => { if (lift && lift.by === "pointer") event.preventDefault(); }, { passive: false });
  planner.addEventListener("dragstart", (event) => event.preventDefault());
  planner.addEventListener("contextmenu", (event) => { if (press && press.touch) event.preventDefault(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && press) { letGo(false); event.preventDefault(); } });

  /* A click chooses, a second one opens the form of the session; with Ctrl it is a link like any other */
  planner.addEventListener("click", (event) => {
    const slot = event.target.closest("[data-slot]");
    if (!slot || event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest(".slot__body")) return;
    event.preventDefault();
    choose(slot);
    slot.classList.remove("is-news");
    bodyOf(slot).focus({ preventScroll: true });
  });
  planner.addEventListener("dblclick", (event) => {
    const slot = event.target.closest("[data-slot]");
    if (slot) window.location.assign(bodyOf(slot).href);
  });

  /* The same by buttons */
  find("[data-nudges]").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    saving += 1;
    last = last.then(() => {
      const slot = slotOf(chosen);
      const column = slot && columnOf(slot);
      if (!column) return null;
      const { by, longer, roomBy } = button.dataset;
      const length = minutesOf(slot, "length");
      const start = within(minutesOf(slot, "start") + Number(by || 0));
      const room = roomBy ? beside(column, Number(roomBy)) : column;
      const stretched = longer ? Math.max((length || OPEN_END) + Number(longer), SHORTEST) : length;
      say(words.saving);
      if (roomBy && !room.offsetParent) showColumn(room);
      return post(slot, { ...when(start), minutes: stretched || "", room: room.dataset.column }, false);
    }).finally(() => { saving -= 1; });
  });
  form.elements.session.addEventListener("change", () => {
    const slot = slotOf(form.elements.session.value.split("-")[0]);
    if (slot) choose(slot);
  });
  form.addEventListener("input", (event) => { if (event.target !== form.elements.session) typed = true; });
  since.addEventListener("input", () => { sinceTyped = since.value !== ""; });
  form.addEventListener("submit", (event) => {
    const slot = slotOf(form.elements.session.value.split("-")[0]);
    if (!slot) return;
    event.preventDefault();
    const { day, start, minutes, room } = form.elements;
    const deed = event.submitter && event.submitter.name === "deed" ? { deed: event.submitter.value } : {};
    save(slot, { day: day.value, start: start.value, minutes: minutes.value, room: room.value, ...deed });
  });

  /* What others do comes by itself, a few seconds later; what one is doing meanwhile stays as it is: nothing is taken
     in while a session is carried, and a form somebody has written into keeps its words and the version it speaks of */
  const NEWS_EVERY = 5000;
  const NEWS_KEPT = 4;
  const newsList = document.querySelector("[data-news]");
  let asking = false;
  const busy = () => Boolean(lift || press || saving);

  const lead = (number) => {
    const slot = slotOf(number);
    if (columnOf(slot)) showColumn(columnOf(slot));
    if (!typed) {
      choose(slot);
      bodyOf(slot).focus({ preventScroll: true });
    }
    slot.scrollIntoView({ block: "center", inline: "center" });
  };

  const tell = (news) => {
    const line = document.createElement("p");
    line.append(news.text);
    if (news.url) {
      const link = document.createElement("a");
      link.href = news.url;
      link.textContent = words.show;
      link.addEventListener("click", (event) => {
        const here = news.slots.find((number) => slotOf(number));
        if (!here) return;
        event.preventDefault();
        lead(here);
        line.remove();
      });
      line.append(" ", link);
    }
    const away = document.createElement("button");
    away.type = "button";
    away.className = "link-button";
    away.textContent = words.hide;
    away.addEventListener("click", () => line.remove());
    line.append(" ", away);
    newsList.append(line);
    while (newsList.children.length > NEWS_KEPT) newsList.firstElementChild.remove();
  };

  const takeIn = (answer) => {
    const focused = document.activeElement && document.activeElement.closest("[data-slot]");
    const held = form.elements.session.value;
    remarks = answer.remarks;
    Object.entries(answer.columns).forEach(([key, html]) => {
      const list = find(`[data-column="${key}"] [data-slots]`);
      if (list) refill(list, html);
    });
    refill(tray, answer.tray);
    find("[data-undo]").innerHTML = answer.undo;
    form.elements.session.innerHTML = answer.options;
    all("[data-slot]").forEach((slot) => slot.classList.toggle("is-warned", slot.dataset.slot in remarks));
    stretch(answer.tall);
    answer.news.flatMap((one) => one.slots).map(slotOf).forEach((slot) => slot && slot.classList.add("is-news"));
    const slot = slotOf(chosen);
    if (typed) {
      const option = all("option", form.elements.session).find((one) => one.value.split("-")[0] === held.split("-")[0]);
      if (option) option.value = held;
      form.elements.session.value = held;
      if (slot) mark(slot);
    } else if (slot) choose(slot);
    if (focused && slotOf(focused.dataset.slot)) bodyOf(slotOf(focused.dataset.slot)).focus({ preventScroll: true });
    keepOneReachable();
  };

  const ask = async () => {
    if (asking || busy() || document.hidden) return;
    asking = true;
    try {
      const asked = new URLSearchParams({ day: planner.dataset.day, span: form.elements.span.value, ...JSON.parse(planner.dataset.kept) });
      const response = await window.fetch(`${planner.dataset.newsFrom}?${asked}`, { cache: "no-store", headers: { "If-None-Match": `"${planner.dataset.tip}"`, "X-Requested-With": "fetch" } });
      if (response.status !== 200 || !(response.headers.get("Content-Type") || "").startsWith("application/json")) return;
      const answer = await response.json();
      if (busy()) return; // asked again as soon as both hands are free
      planner.dataset.tip = answer.tip;
      if (answer.columns) takeIn(answer);
      answer.news.forEach(tell);
    } catch { /* The next one may get through. */ } finally {
      asking = false;
    }
  };
  window.setInterval(ask, NEWS_EVERY);
  document.addEventListener("visibilitychange", ask);

  /* A phone shows one room at a time */
  find("[data-room-choice] select").addEventListener("change", (event) => {
    const column = find(`[data-column="${event.target.value}"]`);
    if (column) showColumn(column);
  });

  /* Whoever comes back to the same day finds it where it was left */
  const kept = "ratusha-programme-grid";
  const place = planner.dataset.day + window.location.pathname;
  const recall = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(kept));
      if (!found || found.place !== place || Date.now() - found.at > 60000) return false;
      frame.scrollTo(found.left, found.top);
      window.scrollTo(0, found.down);
      return true;
    } catch { /* Storage may be shut. */ }
    return false;
  };

  /* Whoever comes for the first time finds the first hour of the day at which something begins, and the rooms in which
     most does */
  const toFirst = () => {
    const slots = all("[data-column] [data-slot]");
    if (!slots.length) return;
    const seen = frame.getBoundingClientRect();
    const head = find("[data-name-cell]").offsetHeight;
    const axis = columns()[0].getBoundingClientRect().left - seen.left + frame.scrollLeft;
    const boxes = slots.slice(0, 400).map((slot) => slot.getBoundingClientRect());
    const top = Math.min(...boxes.map((box) => box.top)) - head - 8;
    const low = top + Math.min(seen.bottom, window.innerHeight) - seen.top;
    const early = boxes.filter((box) => box.top < low - 24);
    const most = frame.scrollWidth - frame.clientWidth;
    const lefts = [...new Set(columns().map((one) => Math.min(most, one.getBoundingClientRect().left - seen.left + frame.scrollLeft - axis)))];
    const inSight = (left) => early.filter((box) => box.left - seen.left + frame.scrollLeft - axis >= left - 1
      && box.left - seen.left + frame.scrollLeft + 60 <= left + frame.clientWidth).length;
    const best = lefts.reduce((found, left) => (inSight(left) > inSight(found) ? left : found), lefts[0]);
    frame.scrollTo(best, Math.max(0, top - seen.top + frame.scrollTop));
  };
  window.addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(kept, JSON.stringify({ place, at: Date.now(), left: frame.scrollLeft, top: frame.scrollTop, down: window.scrollY }));
    } catch { /* As above. */ }
  });

  prepare(planner);
  keepOneReachable();
  if (!clashBox.children.length && !document.querySelector("[data-error-summary]") && !recall()) toFirst();
  const [, wanted] = window.location.hash.match(/^#slot-(\d+)$/) || [];
  if (slotOf(wanted)) {
    if (columnOf(slotOf(wanted))) showColumn(columnOf(slotOf(wanted)));
    choose(slotOf(wanted));
    slotOf(wanted).scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  planner.dataset.ready = "";
})();
