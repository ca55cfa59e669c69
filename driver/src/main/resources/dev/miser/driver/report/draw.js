"use strict";
// The two pictures: bytes alive at each step, and the arena over time.

const curve = document.getElementById("curve");
const map = document.getElementById("map");
const FONT = "12px system-ui, 'DejaVu Sans', sans-serif";
let colours = {};

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue("--" + name).trim();
  for (const name of ["page", "panel", "line", "text", "soft", "accent", "grid", "live", "live-fill", "arena",
    "bound", "lower", "made-from", "used-for"]) colours[name] = colour(name);
  for (const kind of Object.keys(KINDS)) {
    colours[kind] = colour(kind.toLowerCase());
    colours[kind + "-edge"] = colour(kind.toLowerCase() + "-edge");
  }
}

let scheduled = false;

function redraw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    drawCurve();
    drawMap();
  });
}

// Returns a canvas' context, cleared, in which a unit is a pixel of the page.
function begin(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = colours.page;
  pen.fillRect(0, 0, width, height);
  pen.font = FONT;
  pen.textBaseline = "middle";
  return { pen, width, height, left: margin.left, right: width - margin.right };
}

function xOf(time, place) {
  return place.left + ((time - view.x0) / (view.x1 - view.x0)) * (place.right - place.left);
}

function timeAt(x, canvas) {
  const right = canvas.clientWidth - margin.right;
  return view.x0 + ((x - margin.left) / (right - margin.left)) * (view.x1 - view.x0);
}

function fit(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(text.slice(0, middle) + "…").width <= width) low = middle;
    else high = middle - 1;
  }
  return low < 2 ? "" : text.slice(0, low) + "…";
}

function line(pen, x0, y0, x1, y1, colour, dash = [], width = 1) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
  pen.setLineDash([]);
}

function drawCurve() {
  const place = begin(curve);
  const { pen, width, height, left, right } = place;
  const top = 16;
  const bottom = height - 8;
  const from = Math.max(Math.floor(view.x0), 0);
  const to = Math.min(Math.ceil(view.x1), steps.length);
  const floor = view.mode !== "step" ? 0 : Math.min(persistentBytes, liveWithin(Math.min, Infinity));
  const highest = liveWithin(Math.max, 1);
  // An arena that something else sets, init or the layout, must not flatten the curve.
  const most = facts.arena_bytes - floor <= 1.6 * (highest - floor) ? Math.max(facts.arena_bytes, highest) : highest;
  const yOf = (bytes) => bottom - (Math.max(bytes - floor, 0) / Math.max(most - floor, 1)) * (bottom - top);
  pen.textAlign = "right";
  for (const tick of ticks(0, most - floor, 3, true)) {
    line(pen, left, yOf(tick + floor), right, yOf(tick + floor), colours.grid);
    pen.fillStyle = colours.soft;
    pen.fillText((floor && tick ? "+" : "") + size(tick || floor), left - 6, yOf(tick + floor));
  }
  pen.save();
  pen.beginPath();
  pen.rect(left - 1, 0, right - left + 2, height);
  pen.clip();
  // The highest step of each column of pixels, so that no peak is lost between them.
  pen.beginPath();
  pen.moveTo(xOf(from, place), bottom);
  let column = -1;
  let crest = 0;
  for (let time = from; time < to; time++) {
    const x0 = Math.max(xOf(time, place), left);
    const x1 = Math.min(xOf(time + 1, place), right);
    const y = yOf(steps[time].live);
    if (x1 - x0 >= 1) {
      pen.lineTo(x0, y);
      pen.lineTo(x1, y);
    } else {
      if (Math.floor(x0) !== column) {
        if (column >= 0) pen.lineTo(column, crest);
        column = Math.floor(x0);
        crest = y;
      }
      crest = Math.min(crest, y);
    }
  }
  if (column >= 0) pen.lineTo(column, crest);
  pen.lineTo(Math.min(xOf(to, place), right), bottom);
  pen.closePath();
  pen.fillStyle = colours["live-fill"];
  pen.fill();
  pen.strokeStyle = colours.live;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.restore();
  const free = drawLevels(place, yOf, most);
  drawMarks(place, top - 4, bottom);
  pen.textAlign = "left";
  pen.fillStyle = colours.soft;
  const captions = floor ? ["bytes alive, above " + size(floor) + " that stay", "bytes alive"] : ["bytes alive"];
  const caption = captions.find((text) => left + pen.measureText(text).width + 8 < free);
  if (caption) pen.fillText(caption, left, 7);
}

// The least or the most bytes alive at the steps that the view is about.
function liveWithin(better, worst) {
  let best = worst;
  for (let time = firstTime(); time < steps.length; time++) best = better(best, steps[time].live);
  return Number.isFinite(best) ? best : 0;
}

// Arena, load bound and lower bound; those that are equal share a line and its label. Returns where
// the first label begins.
function drawLevels(place, yOf, most) {
  const { pen, left, right } = place;
  const levels = [
    { bytes: facts.arena_bytes, name: "arena", colour: "arena", dash: [] },
    { bytes: lowerBound, name: "lower bound", colour: "lower", dash: [2, 3] },
    { bytes: loadBound, name: "load bound", colour: "bound", dash: [6, 4] },
  ];
  const drawn = [];
  for (const level of levels) {
    const same = drawn.find((other) => other.bytes === level.bytes);
    if (same) same.label += " = " + level.name;
    else drawn.push({ ...level, label: level.name });
  }
  pen.textAlign = "right";
  let used = -Infinity;
  let free = right;
  for (const level of drawn.sort((a, b) => b.bytes - a.bytes)) {
    const outside = level.bytes > most;
    const y = outside ? yOf(most) : yOf(level.bytes);
    if (!outside) line(pen, left, y, right, y, colours[level.colour], level.dash, 1.5);
    const text = level.label + " " + size(level.bytes) + (outside ? " ↑" : "");
    const at = Math.max(outside ? 7 : y - 8, used + 14);
    const wide = pen.measureText(text).width;
    pen.fillStyle = colours.page;
    pen.globalAlpha = 0.8;
    pen.fillRect(right - wide - 6, at - 7, wide + 4, 14);
    pen.globalAlpha = 1;
    pen.fillStyle = colours[level.colour];
    pen.fillText(text, right - 4, at);
    if (at < 16) free = Math.min(free, right - wide - 6);
    used = at;
  }
  return free;
}

// The step of the table, and the step pointed at.
function drawMarks(place, top, bottom) {
  const { pen, left, right } = place;
  const mark = (time, colour, dash) => {
    const x = xOf(time + 0.5, place);
    if (time >= 0 && x >= left && x <= right) line(pen, x, top, x, bottom, colour, dash, 1.5);
  };
  mark(view.time, colours.bound, [3, 3]);
  if (view.pointedTime >= 0) mark(view.pointedTime, colours.soft, []);
}

function drawMap() {
  const place = begin(map);
  const { pen, width, height, left, right } = place;
  const top = margin.top;
  const bottom = height - margin.bottom;
  place.yOf = (unit) => bottom - ((unit - view.y0) / (view.y1 - view.y0)) * (bottom - top);
  pen.fillStyle = colours.panel;
  const ceiling = Math.max(place.yOf(units()), top);
  pen.fillRect(left, ceiling, right - left, bottom - ceiling);
  drawAddresses(place, top, bottom);
  pen.save();
  pen.beginPath();
  pen.rect(left, top, right - left, bottom - top);
  pen.clip();
  drawFolds(place);
  const related = relatedTo(view.chosen);
  for (const buffer of byStart) drawBuffer(place, buffer, related);
  if (facts.init_end > firstTime()) {
    const x = xOf(facts.init_end, place);
    line(pen, x, top, x, bottom, colours.text, [2, 4]);
  }
  drawMarks(place, top, bottom);
  if (view.chosen) outline(place, view.chosen, colours.text, 3);
  if (view.pointed && view.pointed !== view.chosen) outline(place, view.pointed, colours.accent, 2);
  pen.restore();
  drawTimes(place, bottom);
}

// The buffers that a chosen buffer is made from, and those made with it.
function relatedTo(buffer) {
  if (!buffer) return null;
  const from = new Set(buffer.writes.flatMap((time) => steps[time].reads));
  const to = new Set(buffer.reads.flatMap((time) => steps[time].writes));
  from.delete(buffer.number);
  to.delete(buffer.number);
  return { from, to };
}

function drawBuffer(place, buffer, related) {
  if (view.hidden.has(buffer.kind) || buffer.bytes === 0) return;
  if (buffer.end <= view.x0 || buffer.start >= view.x1) return;
  if (buffer.high <= view.y0 || buffer.low >= view.y1) return;
  const of = related && (related.from.has(buffer.number) ? "made-from" : related.to.has(buffer.number) ? "used-for" : "");
  const dim = (view.matches && !view.matches.has(buffer.number)) || (related && !of && buffer !== view.chosen);
  place.pen.globalAlpha = dim ? 0.3 : 1;
  let largest = null;
  for (const line of buffer.lines) {
    const box = boxOf(place, line);
    drawBox(place, buffer, line, box);
    if (!largest || box.wide * box.high > largest.wide * largest.high) largest = box;
  }
  if (largest && largest.wide > 34 && largest.high > 13 && !dim) label(place, buffer, largest);
  place.pen.globalAlpha = 1;
  if (of) outline(place, buffer, colours[of], 2);
}

// Where some lines are drawn; at least so large that they are seen.
function boxOf(place, line) {
  const x = Math.max(xOf(line.start, place), place.left - 4);
  const y = place.yOf(line.high);
  const wide = Math.max(Math.min(xOf(line.end, place), place.right + 4) - x, 0.75);
  return { x, y, wide, high: Math.max(place.yOf(line.low) - y, 0.75) };
}

function drawBox(place, buffer, line, box) {
  const { pen } = place;
  const small = box.wide < 4 || box.high < 4;
  pen.fillStyle = colours[buffer.kind + (small ? "-edge" : "")];
  pen.fillRect(box.x, box.y, box.wide, box.high);
  if (small) return;
  if ((place.right - place.left) / (view.x1 - view.x0) >= 5) drawIdle(place, buffer, line, box);
  pen.strokeStyle = colours[buffer.kind + "-edge"];
  pen.lineWidth = 1;
  pen.strokeRect(box.x + 0.5, box.y + 0.5, box.wide - 1, box.high - 1);
}

// The name and size of a buffer, as far as they fit; a name of a few letters would tell nothing.
function label(place, buffer, box) {
  const { pen } = place;
  const x = Math.max(box.x, place.left) + 5;
  const room = Math.min(box.x + box.wide, place.right) - x - 5;
  const top = Math.max(box.y, margin.top);
  const bottom = Math.min(box.y + box.high, place.yOf(view.y0));
  const middle = (top + bottom) / 2;
  const name = fit(pen, reference(buffer.name), room);
  const bytes = size(buffer.bytes);
  const lines = [];
  if (name.length > 7 || name === reference(buffer.name)) lines.push(name);
  if (pen.measureText(bytes).width <= room) lines.push(bytes);
  pen.fillStyle = colours.text;
  pen.textAlign = "left";
  if (bottom - top > 30 && lines.length === 2) {
    pen.fillText(lines[0], x, middle - 8);
    pen.fillText(lines[1], x, middle + 8);
  } else if (lines.length && bottom - top > 11) {
    const both = lines.join("  ");
    pen.fillText(pen.measureText(both).width <= room ? both : lines[0], x, middle);
  }
}

// Steps at which no kernel touches a buffer are paler: there its bytes only wait.
function drawIdle(place, buffer, line, box) {
  const { pen } = place;
  const first = Math.max(line.start, Math.floor(view.x0));
  const last = Math.min(line.end, Math.ceil(view.x1));
  const alpha = pen.globalAlpha;
  pen.fillStyle = colours.page;
  pen.globalAlpha = 0.45 * alpha;
  let idleFrom = first;
  for (let time = first; time <= last; time++) {
    if (time === last || areTouched(buffer, line, time)) {
      if (time > idleFrom) {
        const x = xOf(idleFrom, place);
        pen.fillRect(x, box.y, xOf(time, place) - x, box.high);
      }
      idleFrom = time + 1;
    }
  }
  pen.globalAlpha = alpha;
}

function outline(place, buffer, colour, width) {
  place.pen.strokeStyle = colour;
  place.pen.lineWidth = width;
  for (const line of buffer.lines) {
    const box = boxOf(place, line);
    place.pen.strokeRect(box.x, box.y, Math.max(box.wide, 2), Math.max(box.high, 2));
  }
}

function drawFolds(place) {
  const { pen, left, right } = place;
  for (const fold of view.stretches.filter((s) => s.fold)) {
    const y0 = place.yOf(fold.high);
    const y1 = place.yOf(fold.low);
    pen.fillStyle = colours.grid;
    pen.fillRect(left, y0, right - left, y1 - y0);
  }
}

function drawAddresses(place, top, bottom) {
  const { pen, left, right } = place;
  pen.textAlign = "right";
  let lowest = Infinity; // the label drawn last, which the next must not touch
  for (const stretch of view.stretches) {
    const y0 = place.yOf(stretch.high);
    const y1 = place.yOf(stretch.low);
    if (y1 < top || y0 > bottom) continue;
    if (stretch.fold) {
      const y = (Math.max(y0, top) + Math.min(y1, bottom)) / 2;
      if (y1 - y0 >= 11 && Math.abs(lowest - y) >= 13) {
        pen.fillStyle = colours.soft;
        pen.fillText("≈ " + size(stretch.to - stretch.from), left - 6, y);
        lowest = y;
      }
      continue;
    }
    const scale = (stretch.to - stretch.from) / (stretch.high - stretch.low);
    const seenFrom = stretch.from + Math.max(view.y0 - stretch.low, 0) * scale;
    const seenTo = stretch.to - Math.max(stretch.high - view.y1, 0) * scale;
    const room = Math.min(y1, bottom) - Math.max(y0, top);
    // Folded bytes are left out of the labels' distances: what counts is the offset in the stretch.
    const base = stretch.from && view.mode !== "true" ? stretch.from : 0;
    for (const tick of ticks(seenFrom - base, seenTo - base, room / 45, true)) {
      const y = place.yOf(stretch.low + (tick + base - stretch.from) / scale);
      line(pen, left, y, right, y, colours.grid);
      if (Math.abs(lowest - y) < 13 || y < top - 1 || y > bottom + 1) continue;
      pen.fillStyle = colours.soft;
      pen.fillText(base ? (tick ? "+" + size(tick) : size(base)) : size(tick), left - 6, Math.min(Math.max(y, top + 6), bottom - 6));
      lowest = y;
    }
  }
}

function drawTimes(place, bottom) {
  const { pen, left, right } = place;
  pen.fillStyle = colours.soft;
  pen.textAlign = "center";
  const column = (right - left) / (view.x1 - view.x0);
  if (column > 64) {
    for (let time = Math.max(Math.floor(view.x0), 0); time < Math.min(view.x1, steps.length); time++) {
      const x = xOf(time + 0.5, place);
      if (x < left || x > right) continue;
      pen.fillText(fit(pen, steps[time].name, column - 6), x, bottom + 10);
      pen.fillText((steps[time].init ? "init " : "") + time, x, bottom + 25);
    }
    return;
  }
  for (const tick of ticks(view.x0, view.x1, (right - left) / 80, false)) {
    if (tick !== Math.floor(tick) || tick >= facts.end) continue;
    const x = xOf(tick + 0.5, place);
    if (x > right) continue;
    line(pen, x, bottom, x, bottom + 4, colours.soft);
    pen.fillText(count(tick), x, bottom + 12);
  }
  pen.fillText(facts.init_end && firstTime() === 0 ? "step (init before " + facts.init_end + ")" : "step", (left + right) / 2, bottom + 26);
}
