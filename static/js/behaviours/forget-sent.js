// On a post's own page: what was typed about it and is saved by now goes out of this browser.

import { dropKept } from "../typed-before.js";
import { placeOf } from "../typed.js";

export function bind(box) {
  for (const post of [box.dataset.post, ""]) dropKept(box, placeOf(box.dataset.doctor, post));
}
