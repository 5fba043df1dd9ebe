/* Cuts a photograph to 3 by 4 before it is sent: by three sliders, or by dragging. Without this the server takes the middle. */
"use strict";

(() => {
  const form = document.querySelector("[data-portrait]");
  const area = form && form.querySelector("[data-portrait-cut]");
  if (!area) return;
  const file = form.querySelector("input[type=file]");
  const told = form.querySelector("input[name=crop]");
  const canvas = area.querySelector("canvas");
  const [zoom, across, down] = ["cut-zoom", "cut-x", "cut-y"].map((id) => document.getElementById(id));
  const shape = 3 / 4;
  let picture = null;

  /* The part as shares of the upright picture. */
  const part = () => {
    const wide = picture.width / picture.height > shape;
    const most = wide ? [(picture.height * shape) / picture.width, 1] : [1, picture.width / shape / picture.height];
    const share = zoom.value / 100;
    const width = most[0] * share;
    const height = most[1] * share;
    return [((1 - width) * across.value) / 100, ((1 - height) * down.value) / 100, width, height];
  };

  const draw = () => {
    if (!picture) return;
    const [left, top, width, height] = part();
    canvas.getContext("2d").drawImage(
      picture, left * picture.width, top * picture.height, width * picture.width, height * picture.height,
      0, 0, canvas.width, canvas.height,
    );
    told.value = [left, top, width, height].map((value) => value.toFixed(5)).join(",");
  };

  const forget = () => {
    picture = null;
    told.value = "";
    area.hidden = true;
  };

  file.addEventListener("change", async () => {
    forget();
    const chosen = file.files[0];
    if (!chosen || chosen.size > 26214400) return;
    try {
      picture = await createImageBitmap(chosen, { imageOrientation: "from-image" });
    } catch {
      return; // the server says what is wrong with it
    }
    [zoom.value, across.value, down.value] = [100, 50, 35];
    area.hidden = false;
    draw();
  });
  [zoom, across, down].forEach((slider) => slider.addEventListener("input", draw));

  let from = null;
  canvas.addEventListener("pointerdown", (event) => {
    from = [event.clientX, event.clientY, Number(across.value), Number(down.value)];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from || !picture) return;
    const [, , width, height] = part();
    const box = canvas.getBoundingClientRect();
    const move = (shift, size, share) => (share >= 1 ? 0 : (shift / size) * (share / (1 - share)) * 100);
    across.value = from[2] - move(event.clientX - from[0], box.width, width);
    down.value = from[3] - move(event.clientY - from[1], box.height, height);
    draw();
  });
  ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => { from = null; }));
})();
