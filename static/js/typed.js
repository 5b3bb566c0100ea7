// What was typed and is not kept by the server yet stays in this browser, under the doctor who typed it, until
// the server has it, the doctor signs out, or two weeks are over.

const BEGINNING = "typed:";
const STAY_MS = 14 * 24 * 3600 * 1000;

export const placeOf = (doctor, post) => `${BEGINNING}${doctor}:${post || "new"}:`;

// False when the browser has no room for it, or may not keep anything.
export function put(name, entry) {
  try {
    localStorage.setItem(name, JSON.stringify(entry));
    return true;
  } catch {
    return false;
  }
}

export function drop(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing can be kept here, so nothing is.
  }
}

// The entries of one composer, newest first: [name, entry].
export function entriesOf(place) {
  return names(place)
    .map((name) => [name, read(name)])
    .filter(([, entry]) => entry)
    .sort(([, a], [, b]) => b.at - a.at);
}

export function dropOld() {
  for (const name of names(BEGINNING)) {
    const entry = read(name);
    if (!entry || Date.now() - entry.at > STAY_MS) drop(name);
  }
}

export function dropAll() {
  for (const name of names(BEGINNING)) drop(name);
}

function names(beginning) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(beginning));
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}
