// Draw a signature: the strokes go along as points in the canvas's own units.

const form = document.querySelector("[data-sign]");
const pad = form.querySelector("canvas");
const pen = pad.getContext("2d");
const strokes = [];
let stroke = null;

pen.lineWidth = 7;
pen.lineCap = pen.lineJoin = "round";
pen.strokeStyle = "#111";

/** The place of a pointer on the pad, in whole units. */
function pointOf(event) {
  const box = pad.getBoundingClientRect();
  const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
  return [
    within(((event.clientX - box.left) / box.width) * pad.width, pad.width),
    within(((event.clientY - box.top) / box.height) * pad.height, pad.height),
  ];
}

pad.addEventListener("pointerdown", (event) => {
  pad.setPointerCapture(event.pointerId);
  stroke = [pointOf(event)];
  strokes.push(stroke);
});

pad.addEventListener("pointermove", (event) => {
  if (stroke === null) return;
  const [from, to] = [stroke[stroke.length - 1], pointOf(event)];
  if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 4) return;
  stroke.push(to);
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
});

for (const end of ["pointerup", "pointercancel"]) {
  pad.addEventListener(end, () => {
    stroke = null;
  });
}

form.querySelector("[data-clear]").addEventListener("click", () => {
  strokes.length = 0;
  pen.clearRect(0, 0, pad.width, pad.height);
});

form.addEventListener("submit", () => {
  form.elements.strokes.value = JSON.stringify(strokes);
});
