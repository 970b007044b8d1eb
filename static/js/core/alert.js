// What a bidder's device does beside showing: it stays awake while a lot is open, shakes, and sounds where that was chosen.

import { isLive } from "./fold.js";

const SOUND = "sound";
const TONES = [880, 660];
const TONE_S = 0.14;

/** All of it for a bidder's live screen: what is looked at at each repaint, and what happens when he is outbid. */
export function attending(screen) {
  const stayAwake = keepAwake(() => screen.lots.some(isLive) && Boolean(screen.document?.paddle));
  const sound = sounding(screen.nodes.sound);
  return {
    paint: stayAwake,
    isOutbid() { navigator.vibrate?.(120); sound(); },
  };
}

/** Keep the screen from going dark while `isWanted()`; a device that cannot is left as it is. Returns what looks at it. */
function keepAwake(isWanted) {
  let lock = null;
  let asking = false;
  return async () => {
    const wanted = isWanted() && !document.hidden;
    if (!wanted) lock?.release().catch(() => {});
    if (!wanted) lock = null;
    if (!wanted || asking || (lock && !lock.released)) return;
    asking = true;
    lock = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
    asking = false;
  };
}

/** A sound that is off until the box is ticked, and remembered on this device; returns what sounds. */
function sounding(box) {
  let speaker = null;
  const ready = () => { speaker ??= new AudioContext(); speaker.resume(); };
  box.checked = localStorage.getItem(SOUND) === "on";
  box.addEventListener("change", () => {
    localStorage.setItem(SOUND, box.checked ? "on" : "off");
    if (box.checked) { ready(); play(); }
  });
  if (box.checked) document.addEventListener("pointerdown", ready, { once: true }); // no page may sound before it is touched

  function play() {
    if (!box.checked || !speaker) return;
    TONES.forEach((pitch, place) => {
      const tone = new OscillatorNode(speaker, { frequency: pitch });
      const loud = new GainNode(speaker, { gain: 0.2 });
      tone.connect(loud).connect(speaker.destination);
      tone.start(speaker.currentTime + place * TONE_S);
      tone.stop(speaker.currentTime + (place + 1) * TONE_S);
    });
  }
  return play;
}
