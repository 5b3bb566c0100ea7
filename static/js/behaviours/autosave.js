// Keeps what is typed into the composer: on the server a moment after the last change and when the page is left,
// and in this browser until the server has it. Never over somebody else's words: then it stops, and asks.

import { ask, offer } from "../typed-before.js";
import * as typed from "../typed.js";

const REST_MS = 2500;
const PATIENCE_MS = [5000, 10_000, 20_000, 40_000, 60_000];
// Browsers send no more than this once a page is gone.
const LAST_WORDS = 60_000;
// These tell about the page, and go along fresh each time.
const PLUMBING = new Set(["csrf_token", "ticket", "version", "kept", "turn", "do"]);

export function bind(box) {
  const form = box.closest("form");
  const doctor = box.dataset.doctor;
  const line = box.querySelector(".autosave-line");
  const aloud = box.querySelector('[role="status"]');
  const field = (name) => form.elements.namedItem(name);
  const ticket = field("ticket").value;
  let place = typed.placeOf(doctor, box.dataset.post);
  // quiet · away (cannot be reached) · out (signed out) · clash (somebody else saved)
  let state = "quiet";
  let kept = snapshot();
  let turn = 0;
  let tries = 0;
  let timer = null;
  let isDirty = false;
  let isHere = true;
  let isSent = false;
  let call = null;

  function snapshot() {
    const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !PLUMBING.has(name));
    return JSON.stringify(pairs);
  }

  function touched() {
    if (isSent || snapshot() === kept) return;
    isDirty = true;
    turn = Math.max(turn + 1, Date.now());
    keepHere();
    if (state !== "clash") later(REST_MS);
  }

  function keepHere(more = {}) {
    const [version, began] = [field("version").value, field("kept").value];
    const entry = { at: Date.now(), ticket, version, kept: began, turn, fields: JSON.parse(snapshot()) };
    isHere = typed.put(place + ticket, { ...entry, failed: state === "away" || state === "out", ...more });
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  async function save({ isLeaving = false } = {}) {
    clearTimeout(timer);
    if (!isDirty || isSent || state === "clash" || (call && !isLeaving)) return;
    const said = snapshot();
    const body = new URLSearchParams(JSON.parse(said));
    for (const name of ["csrf_token", "ticket", "version", "kept"]) body.set(name, field(name).value);
    body.set("turn", turn);
    call = new AbortController();
    const own = call;
    try {
      const keepalive = isLeaving && body.toString().length < LAST_WORDS;
      const { signal } = own;
      const answer = await fetch(box.dataset.address, { method: "POST", body, redirect: "manual", keepalive, signal });
      await take(answer, said, Number(body.get("turn")));
    } catch {
      if (!own.signal.aborted) failed("away");
    } finally {
      if (call === own) call = null;
    }
    if (isDirty && !call && state === "quiet") later(REST_MS);
  }

  async function take(answer, said, sent) {
    if (answer.type === "opaqueredirect" || answer.status === 401) return failed("out");
    if (answer.status === 204) return settled(said);
    if (answer.status === 409) return clashed((await answer.json()).compare);
    if (answer.status === 404 && box.dataset.post) return begunAnew();
    if (answer.status === 400) return (await renewed()) ? failed("away", 0) : undefined;
    if (!answer.ok) return failed("away");
    const told = await answer.json();
    adopt(told);
    if (told.turn > sent) {
      // This computer's clock went back: what was sent looked older than what was there.
      turn = told.turn + 1;
      return failed("away", 0);
    }
    settled(said);
    show("quiet", `Saved at ${told.at}`);
  }

  // From now on this page is about the post that was made, or as it is now.
  function adopt(told) {
    field("version").value = told.version;
    field("kept").value = told.kept;
    if (box.dataset.post === String(told.post)) return;
    typed.drop(place + ticket);
    place = typed.placeOf(doctor, told.post);
    box.dataset.post = told.post;
    box.dataset.address = `${box.dataset.address.split("?")[0]}?post=${told.post}`;
    box.querySelector('[data-bar="clash"] button').formAction = told.compare;
    form.action = told.edit;
    history.replaceState(history.state, "", told.edit);
  }

  function settled(said) {
    tries = 0;
    kept = said;
    isDirty = snapshot() !== said;
    if (isDirty) keepHere();
    else typed.drop(place + ticket);
  }

  function failed(why, pause = PATIENCE_MS[Math.min(tries++, PATIENCE_MS.length - 1)]) {
    if (pause) show(why);
    if (isDirty) keepHere();
    later(pause);
  }

  function clashed(compare) {
    if (compare) box.querySelector('[data-bar="clash"] button').formAction = compare;
    show("clash");
    keepHere();
  }

  // The draft was deleted in another window; what is typed here becomes one of its own.
  function begunAnew() {
    field("version").value = "";
    field("kept").value = "0";
    typed.drop(place + ticket);
    place = typed.placeOf(doctor, "");
    box.dataset.post = "";
    box.dataset.address = box.dataset.address.split("?")[0];
    form.action = "/posts/new";
    failed("away", 0);
  }

  // The page was open for long: its mark is worth nothing any more. False when somebody else is signed in, or nobody.
  async function renewed() {
    const told = await ask(box.dataset.address);
    if (told && String(told.doctor) === doctor) {
      for (const mark of document.querySelectorAll('input[name="csrf_token"]')) mark.value = told.csrf_token;
      return true;
    }
    failed("out");
    return false;
  }

  function show(next, words = "") {
    const isNews = next !== state || (words && line.hidden);
    state = next;
    line.textContent = words;
    line.hidden = !words;
    for (const bar of box.querySelectorAll("[data-bar]")) {
      bar.hidden = bar.dataset.bar !== state;
      for (const here of bar.querySelectorAll(".autosave-here")) here.hidden = !isHere;
    }
    const said = box.querySelector(`[data-bar="${state}"] p`);
    if (isNews) aloud.textContent = said ? said.textContent : "Saved";
  }

  const again = () => (state === "away" || state === "out") && save();
  const leave = () => save({ isLeaving: true });

  form.addEventListener("input", touched, true);
  form.addEventListener("change", touched, true);
  form.addEventListener("htmx:afterSettle", touched);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    isSent = true;
    call?.abort();
    clearTimeout(timer);
    if (isDirty) keepHere({ sent: true });
  });
  document.addEventListener("autosave:now", (event) => event.detail.push(leave()));
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? leave() : again()));
  // A preview that finds the session ended would lead to the sign-in page, in the middle of a word.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401 || !box.isConnected) return;
    event.preventDefault();
    failed("out");
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => event.persisted && (isSent = false));
  window.addEventListener("online", again);
  window.addEventListener("beforeunload", (event) => {
    // Neither the server has it nor this browser: only then may leaving be held up.
    if (isDirty && !isSent && !isHere && state !== "quiet") event.preventDefault();
  });

  if ("waits" in box.dataset) state = "clash";
  offer(box, place, ticket).then((isOwn) => {
    if (!isOwn) return;
    // The same page came back refused, with all that was typed: nobody has it yet.
    kept = "";
    touched();
  });
}
