// The control page follows the rooms; what the reader has opened or chosen there stays so when it is put in anew.
(function () {
  "use strict";
  let open = [], chosen = new Map();
  const live = (node) => node && node.id === "control-now";

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!live(event.detail.target)) return;
    const active = document.activeElement;
    if (event.detail.xhr.status !== 200 || (active && active.tagName === "SELECT" && event.detail.target.contains(active))) {
      event.detail.shouldSwap = false; // nothing new, or a choice is being made: the next round brings it
      return;
    }
    open = Array.from(event.detail.target.querySelectorAll("details[open][id]"), (node) => node.id);
    chosen = new Map(Array.from(event.detail.target.querySelectorAll("select[id]"), (node) => [node.id, node.value]));
  });

  document.addEventListener("htmx:afterSwap", function () {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, value] of chosen) {
      const node = document.getElementById(id);
      if (node && Array.from(node.options).some((option) => option.value === value)) node.value = value;
    }
  });
})();
