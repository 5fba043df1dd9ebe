// Before the first paint: the appearance this reader has chosen, and the news that scripts run.
(function () {
  "use strict";
  var root = document.documentElement;
  root.setAttribute("data-scripted", "");
  try {
    var chosen = localStorage.getItem("ratusha-appearance");
    if (chosen === "light" || chosen === "dark") root.setAttribute("data-theme", chosen);
  } catch (error) {
    // Storage may be shut; the device decides then.
  }
})();
