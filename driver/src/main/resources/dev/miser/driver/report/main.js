"use strict";
// What the reader does: pointing, choosing, moving, searching.

function choose(buffer, bring) {
  view.chosen = buffer;
  if (buffer && bring) bringIntoView(buffer);
  document.getElementById("announcement").textContent = buffer
    ? reference(buffer.name) + ", " + KINDS[buffer.kind] + ", " + size(buffer.bytes) + ", " + lifetime(buffer)
    : "no tensor chosen";
  showDetails();
  showTable();
  redraw();
}

function chooseTime(time) {
  view.time = time;
  rowsShown = ROWS;
  if (time >= firstTime() && (time < view.x0 || time >= view.x1)) showTime(time, view.x1 - view.x0);
  showTable();
  redraw();
}

function bufferAt(x, y) {
  const height = map.clientHeight - margin.top - margin.bottom;
  const unit = view.y0 + ((map.clientHeight - margin.bottom - y) / height) * (view.y1 - view.y0);
  const time = timeAt(x, map);
  const slackTime = (1.5 * (view.x1 - view.x0)) / map.clientWidth;
  const slackUnit = (1.5 * (view.y1 - view.y0)) / map.clientHeight;
  let found = null;
  for (const buffer of byStart) {
    if (buffer.start - slackTime > time) break;
    if (buffer.end + slackTime <= time || view.hidden.has(buffer.kind) || !buffer.bytes) continue;
    for (const line of buffer.lines) {
      if (line.start - slackTime > time || time >= line.end + slackTime) continue;
      if (line.low - slackUnit > unit || unit > line.high + slackUnit) continue;
      const inside = line.start <= time && time < line.end && line.low <= unit && unit < line.high;
      if (inside || !found) found = buffer;
    }
  }
  return found;
}

function pointAt(event, canvas) {
  const box = canvas.getBoundingClientRect();
  const x = event.clientX - box.left;
  const y = event.clientY - box.top;
  const time = Math.floor(timeAt(x, canvas));
  view.pointedTime = x >= margin.left && time >= 0 && time < steps.length ? time : -1;
  view.pointed = canvas === map && view.pointedTime >= 0 ? bufferAt(x, y) : null;
  showTip(x, y + (canvas === map ? curve.clientHeight : 0));
  redraw();
}

function leave() {
  view.pointed = null;
  view.pointedTime = -1;
  document.getElementById("tip").hidden = true;
  redraw();
}

function listenToPointer() {
  let grabbed = null;
  const pointers = new Map();
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    grabbed = { x: event.clientX, y: event.clientY, moved: false, ...corners() };
  });
  map.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      pointAt(event, map);
      return;
    }
    if (pointers.size === 2) {
      pinch(pointers, event);
      return;
    }
    const dx = event.clientX - grabbed.x;
    const dy = event.clientY - grabbed.y;
    if (!grabbed.moved && Math.hypot(dx, dy) < 4) return;
    grabbed.moved = true;
    map.classList.add("moving");
    const perX = (grabbed.x1 - grabbed.x0) / (map.clientWidth - margin.left - margin.right);
    const perY = (grabbed.y1 - grabbed.y0) / (map.clientHeight - margin.top - margin.bottom);
    Object.assign(view, { x0: grabbed.x0 - dx * perX, x1: grabbed.x1 - dx * perX, y0: grabbed.y0 + dy * perY, y1: grabbed.y1 + dy * perY });
    clampView();
    redraw();
  });
  map.addEventListener("pointerup", (event) => {
    pointers.delete(event.pointerId);
    map.classList.remove("moving");
    if (grabbed && !grabbed.moved) {
      pointAt(event, map);
      if (view.pointed || view.pointedTime < 0) choose(view.pointed);
      else chooseTime(view.pointedTime);
    }
    grabbed = null;
  });
  map.addEventListener("pointercancel", (event) => {
    pointers.delete(event.pointerId);
    grabbed = null;
  });
  map.addEventListener("dblclick", () => {
    if (view.pointed) zoomTo(view.pointed);
    redraw();
  });
  curve.addEventListener("pointermove", (event) => pointAt(event, curve));
  curve.addEventListener("click", (event) => {
    pointAt(event, curve);
    if (view.pointedTime >= 0) chooseTime(view.pointedTime);
  });
  for (const canvas of [map, curve]) {
    canvas.addEventListener("pointerleave", leave);
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = canvas.getBoundingClientRect();
      const factor = Math.exp(Math.max(-80, Math.min(80, event.deltaY || event.deltaX)) * 0.0035);
      if ((event.shiftKey || event.altKey) && canvas === map) {
        const height = map.clientHeight - margin.top - margin.bottom;
        const share = (map.clientHeight - margin.bottom - (event.clientY - box.top)) / height;
        zoomAddress(factor, view.y0 + share * (view.y1 - view.y0));
      } else {
        zoomTime(factor, timeAt(event.clientX - box.left, canvas));
      }
      pointAt(event, canvas);
    }, { passive: false });
  }
}

function corners() {
  return { x0: view.x0, x1: view.x1, y0: view.y0, y1: view.y1 };
}

// Two fingers zoom time by how far apart they are.
function pinch(pointers, event) {
  const other = [...pointers.values()].find((p) => p.pointerId !== event.pointerId);
  const before = pointers.get(event.pointerId);
  const was = Math.abs(before.clientX - other.clientX);
  const is = Math.abs(event.clientX - other.clientX);
  pointers.set(event.pointerId, event);
  if (was > 8 && is > 8) {
    const middle = (event.clientX + other.clientX) / 2 - map.getBoundingClientRect().left;
    zoomTime(was / is, timeAt(middle, map));
    redraw();
  }
}

function listenToKeys() {
  const move = (dx, dy) => {
    const wide = (view.x1 - view.x0) * dx;
    const high = (view.y1 - view.y0) * dy;
    Object.assign(view, { x0: view.x0 + wide, x1: view.x1 + wide, y0: view.y0 + high, y1: view.y1 + high });
    clampView();
  };
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrows = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (arrows && event.shiftKey) move(arrows[0] * 0.2, arrows[1] * 0.2);
    else if (arrows) walk(arrows);
    else if (event.key === "+" || event.key === "=") zoomTime(0.6, middleTime());
    else if (event.key === "-") zoomTime(1 / 0.6, middleTime());
    else if (event.key === "0") showAll();
    else if (event.key === "p") zoomPeak();
    else if (event.key === "Enter" && view.chosen) chooseTime(view.chosen.start);
    else if (event.key === "Escape") choose(null);
    else return;
    event.preventDefault();
    redraw();
  });
}

function middleTime() {
  return view.chosen && view.chosen.start < view.x1 && view.chosen.end > view.x0
    ? (Math.max(view.chosen.start, view.x0) + Math.min(view.chosen.end, view.x1)) / 2
    : (view.x0 + view.x1) / 2;
}

function zoomPeak() {
  if (facts.peak_time < firstTime()) document.querySelector('input[value="true"]').click();
  showTime(facts.peak_time, Math.min(24, lastTime() - firstTime()));
  chooseTime(facts.peak_time);
}

// Sideways to the next tensor by start, up and down to the next address at the same time.
function walk([along, up]) {
  const seen = byStart.filter((b) => b.bytes && !view.hidden.has(b.kind) && b.end > firstTime());
  if (!seen.length) return;
  if (!view.chosen) {
    choose(seen.find((b) => b.end > view.x0) ?? seen[0], true);
  } else if (along) {
    const at = seen.findIndex((b) => b.rank >= view.chosen.rank);
    const next = seen[Math.max(0, at) + along];
    if (next) choose(next, true);
  } else {
    const from = view.chosen;
    const near = seen.filter((b) => b.start < from.end && from.start < b.end && (b.offset - from.offset) * up > 0)
      .sort((a, b) => (a.offset - b.offset) * up);
    if (near.length) choose(near[0], true);
  }
}

function listenToSearch() {
  const field = document.getElementById("search");
  const found = document.getElementById("found");
  let at = -1;
  let shown = [];
  const close = () => {
    found.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const mark = (index) => {
    at = index;
    [...found.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) {
      found.children[at].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", found.children[at].id);
    }
  };
  const take = (buffer) => {
    close();
    choose(buffer, true);
  };
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase().replace(/^%/, "");
    if (!wanted) {
      view.matches = null;
      close();
      redraw();
      return;
    }
    const matching = buffers.filter((buffer) => buffer.words.includes(wanted));
    // Names that begin with what is wanted come first, then the larger tensors.
    const rank = (buffer) => (buffer.name.toLowerCase() === wanted ? 0 : buffer.name.toLowerCase().startsWith(wanted) ? 1 : 2);
    shown = matching.sort((a, b) => rank(a) - rank(b) || b.bytes - a.bytes).slice(0, 40);
    view.matches = new Set(matching.map((buffer) => buffer.number));
    found.replaceChildren(...shown.map((buffer, i) => {
      const item = element("li", { role: "option", id: "found-" + i, "aria-selected": "false" },
        element("span", { class: "name" }, reference(buffer.name)), " ", element("small", {}, size(buffer.bytes) + " " + KINDS[buffer.kind]));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(buffer); });
      return item;
    }));
    if (!shown.length) found.append(element("li", { role: "option", "aria-selected": "false" }, "nothing found"));
    found.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(shown.length ? 0 : -1);
    document.getElementById("announcement").textContent = plural(matching.length, "tensor") + " found";
    redraw();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      view.matches = null;
      close();
      redraw();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!shown.length) return;
      event.preventDefault();
      mark((at + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length);
    } else if (event.key === "Enter" && at >= 0) {
      take(shown[at]);
    }
  });
  field.addEventListener("blur", close);
}

function start() {
  writeHeader();
  writeLegend();
  readColours();
  const hasStep = facts.end > facts.init_end;
  for (const radio of document.querySelectorAll('input[name="scale"]')) {
    radio.addEventListener("change", () => { setMode(radio.value); showHint(); redraw(); });
  }
  if (!hasStep) document.querySelector('input[value="true"]').checked = true;
  setMode(hasStep ? "step" : "true");
  const press = (id, action) => document.getElementById(id).addEventListener("click", () => { action(); redraw(); });
  press("zoom-in", () => zoomTime(0.6, middleTime()));
  press("zoom-out", () => zoomTime(1 / 0.6, middleTime()));
  press("zoom-all", showAll);
  press("zoom-peak", zoomPeak);
  press("more-rows", () => { rowsShown = Infinity; showTable(); });
  listenToPointer();
  listenToKeys();
  listenToSearch();
  curve.setAttribute("aria-label", "Bytes alive at each step; the peak is " + exact(facts.peak_bytes) + " at "
    + stepTitle(facts.peak_time) + ", the arena has " + exact(facts.arena_bytes));
  map.setAttribute("aria-label", "The arena over time: " + plural(buffers.length, "buffer") + ", each a box from its first step to its last at its addresses");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); redraw(); });
  new ResizeObserver(redraw).observe(document.getElementById("stage"));
  showHint();
  showDetails();
  showTable();
  redraw();
}

start();
