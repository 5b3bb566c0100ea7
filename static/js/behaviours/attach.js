// Uploads pictures and videos as soon as they are chosen, dropped or pasted, and lets them be moved and taken away.
// The server decides what it takes; each upload brings back its own place in the list.

const MEGABYTE = 1024 * 1024;
const WAITING = "Uploading …";
const READING = "Uploaded. We are looking at it …";

export function bind(box) {
  const list = box.querySelector(".attachments");
  const field = box.querySelector('input[type="file"]:not([capture])');
  const camera = box.querySelector("input[capture]");
  const status = box.querySelector('[role="status"]');
  const form = box.closest("form");
  let queue = Promise.resolve();

  const say = (words) => (status.textContent = words);
  // Those that were refused stay to be read, and take nobody's place.
  const count = () => list.querySelectorAll(".attachment:not(.is-refused)").length;
  // The preview listens to the form's changes.
  const tell = () => box.dispatchEvent(new Event("change", { bubbles: true }));

  function take(files) {
    for (const file of files) {
      const place = waiting(file);
      list.append(place.element);
      const why = tooMuch(file);
      if (why) place.refuse(why);
      else queue = queue.then(() => send(file, place));
    }
  }

  function tooMuch(file) {
    const kind = file.type.startsWith("video/") ? "video" : "picture";
    const most = Number(kind === "video" ? box.dataset.mostVideo : box.dataset.mostPicture);
    if (file.size > most) return `The ${kind} must be ${most / MEGABYTE} MB or smaller. Choose a smaller one.`;
    if (count() > Number(box.dataset.mostFiles)) return `A post takes up to ${box.dataset.mostFiles} files.`;
    return "";
  }

  // Asks the server for each file's place; never fails, so that one bad file does not hold up the others.
  function send(file, place) {
    if (!place.element.isConnected) return Promise.resolve();
    return new Promise((done) => {
      const body = new FormData();
      body.append("csrf_token", form.elements.csrf_token.value);
      body.append("file", file, file.name);
      const call = new XMLHttpRequest();
      // The chosen file is still at hand: nobody has to look for it a second time.
      const again = () => (queue = queue.then(() => send(file, place)));
      place.onStop(() => call.abort());
      call.upload.addEventListener("progress", (event) => place.show(event.loaded, event.total));
      call.addEventListener("load", () => {
        if (call.status === 201) {
          place.become(call.responseText);
          say(`${file.name} is added.`);
          tell();
        } else {
          place.refuse(reason(call), [413, 422].includes(call.status) ? null : again);
        }
      });
      call.addEventListener("error", () => place.refuse("The upload was cut off.", again));
      call.addEventListener("loadend", done);
      call.open("POST", box.dataset.address);
      call.send(body);
    });
  }

  function reason(call) {
    if (call.status === 422) return call.responseText;
    if (call.status === 413) return "This file is too large. Choose a smaller one.";
    if (call.status === 429) return "Those were many files at once. Wait a minute, then try again.";
    if ([200, 400, 401].includes(call.status)) return "Your sign-in has ended. Sign in again in another tab, then try again.";
    return "Something went wrong on our side. Try again in a while.";
  }

  function waiting(file) {
    const element = document.createElement("li");
    element.className = "attachment";
    element.innerHTML =
      '<div class="attachment-look"></div><div class="attachment-words"><p class="attachment-kind"></p>' +
      '<progress class="progress-bar-line"></progress><p class="field-hint attachment-state"></p></div>' +
      '<div class="attachment-moves"><button class="btn btn-quiet btn-sm" type="button">Stop</button></div>';
    const [name, bar, state, stop] = [".attachment-kind", "progress", ".attachment-state", "button"].map((part) =>
      element.querySelector(part),
    );
    let halt = () => {};
    function retry(again) {
      const button = document.createElement("button");
      button.className = "btn btn-secondary btn-sm";
      button.type = "button";
      button.textContent = "Try again";
      button.addEventListener("click", () => {
        button.remove();
        element.classList.remove("is-refused");
        state.className = "field-hint attachment-state";
        state.removeAttribute("role");
        state.textContent = WAITING;
        bar.removeAttribute("value");
        state.before(bar);
        stop.textContent = "Stop";
        stop.focus();
        again();
      });
      return button;
    }
    name.textContent = file.name;
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    state.textContent = WAITING;
    stop.addEventListener("click", () => {
      halt();
      element.remove();
      field.focus();
    });
    return {
      element,
      onStop: (act) => (halt = act),
      show(loaded, total) {
        bar.max = total;
        bar.value = loaded;
        if (loaded < total) return;
        bar.removeAttribute("value");
        state.textContent = READING;
      },
      become(html) {
        const made = document.createElement("template");
        made.innerHTML = html.trim();
        element.replaceWith(made.content.firstElementChild);
      },
      refuse(words, again = null) {
        bar.remove();
        element.classList.add("is-refused");
        state.className = "attachment-wrong";
        state.setAttribute("role", "alert");
        state.textContent = words;
        stop.textContent = "Close";
        if (again) stop.before(retry(again));
      },
    };
  }

  function move(item, where) {
    const name = item.dataset.name;
    if (where === "remove") {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      (next?.querySelector('[data-move="remove"]') ?? field).focus();
      say(`The ${name} is taken away.`);
    } else {
      const other = where === "earlier" ? item.previousElementSibling : item.nextElementSibling;
      other?.[where === "earlier" ? "before" : "after"](item);
      const place = [...list.children].indexOf(item) + 1;
      const isAtEnd = place === (where === "earlier" ? 1 : list.children.length);
      const opposite = where === "earlier" ? "later" : "earlier";
      item.querySelector(`[data-move="${isAtEnd ? opposite : where}"]`).focus();
      say(`The ${name} is now number ${place}.`);
    }
    tell();
  }

  for (const source of [field, camera].filter(Boolean)) {
    source.addEventListener("change", (event) => {
      event.stopPropagation();
      take([...source.files]);
      source.value = ""; // else the form would send them a second time
    });
  }
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    move(button.closest(".attachment"), button.dataset.move);
  });
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // Office programs put a picture of the text beside the text: then the text is meant.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(files);
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      box.classList.add("is-over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) box.classList.remove("is-over");
  });
  form.addEventListener("drop", (event) => {
    box.classList.remove("is-over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  // A browser would leave the page, and open the file, when it is dropped beside the form.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  }
  // A post that leaves now would leave without them.
  form.addEventListener("submit", (event) => {
    if (!list.querySelector("progress")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say("Wait until every file is uploaded, then try again.");
    list.querySelector("progress").scrollIntoView({ block: "center" });
  }, true);
}
