"use strict";
// From steps and addresses to points of the picture. Heights are measured in units: a byte is one,
// save in folds, where persistent bytes lie that the view is not about.

const FOLDED_SHARE = 0.08; // of the picture's height, for all folds together

// Stretches of the arena from bottom to top; a fold is a stretch that takes less than its bytes.
// All of the arena is open to scale; else what stays is folded, and of a step what it never uses.
function layOut(mode) {
  const arena = Math.max(facts.arena_bytes, 1);
  const stays = buffers.filter((buffer) => buffer.stays);
  const passing = buffers.filter((buffer) => !buffer.stays && buffer.end > facts.init_end);
  const folds = mode === "true" ? [] : mode === "folded" ? covered(stays) : without(covered(passing), arena);
  const open = arena - folds.reduce((sum, fold) => sum + fold.to - fold.from, 0);
  if (!folds.length || open <= 0) {
    return [{ from: 0, to: arena, low: 0, high: arena, fold: false }];
  }
  const height = (open * FOLDED_SHARE) / (1 - FOLDED_SHARE) / folds.length;
  const stretches = [];
  let address = 0;
  let low = 0;
  const add = (to, units, fold) => {
    if (to <= address) return;
    stretches.push({ from: address, to, low, high: low + units, fold });
    low += units;
    address = to;
  };
  for (const fold of folds) {
    add(fold.from, fold.from - address, false);
    add(fold.to, Math.min(height, fold.to - fold.from), true);
  }
  add(arena, arena - address, false);
  return stretches;
}

// The stretches of the arena that these buffers take at some time.
function covered(held) {
  const merged = [];
  for (const buffer of held.filter((b) => b.bytes > 0).sort((a, b) => a.offset - b.offset)) {
    const last = merged[merged.length - 1];
    const end = buffer.offset + buffer.aligned;
    if (last && buffer.offset <= last.to) last.to = Math.max(last.to, end);
    else merged.push({ from: buffer.offset, to: end });
  }
  return merged;
}

// What lies between these stretches.
function without(stretches, arena) {
  const between = [];
  let address = 0;
  for (const stretch of stretches.concat({ from: arena, to: arena })) {
    if (stretch.from > address) between.push({ from: address, to: stretch.from });
    address = stretch.to;
  }
  return between;
}

function heightOf(stretches, address) {
  let a = 0;
  let b = stretches.length - 1;
  while (a < b) {
    const middle = (a + b) >> 1;
    if (stretches[middle].to < address) a = middle + 1;
    else b = middle;
  }
  const s = stretches[a];
  return s.low + ((address - s.from) / (s.to - s.from)) * (s.high - s.low);
}

// Round steps of 1, 2 and 5, or for bytes of powers of two, about as many as asked for.
function ticks(from, to, wanted, binary) {
  const raw = (to - from) / Math.max(wanted, 1);
  let step;
  if (binary) {
    step = Math.max(1, 2 ** Math.ceil(Math.log2(raw)));
  } else {
    const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
    step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? power * 10;
  }
  const found = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) found.push(tick);
  return found;
}

// What is seen: steps from x0 to x1, units from y0 to y1, and what the reader chose.
const view = {
  mode: "step",
  stretches: [],
  x0: 0, x1: 1, y0: 0, y1: 1,
  chosen: null, // a buffer
  time: facts.peak_time, // the step of the table
  pointed: null, // a buffer
  pointedTime: -1,
  matches: null, // a set of buffer numbers while something is searched for
  hidden: new Set(), // kinds
};

const margin = { left: 78, right: 12, top: 8, bottom: 34 };

function firstTime() {
  return view.mode === "step" ? facts.init_end : 0;
}

function lastTime() {
  return Math.max(facts.end, firstTime() + 1);
}

function units() {
  return view.stretches[view.stretches.length - 1].high;
}

function setMode(mode) {
  view.mode = mode;
  view.stretches = layOut(mode);
  for (const buffer of buffers) {
    buffer.low = heightOf(view.stretches, buffer.offset);
    buffer.high = heightOf(view.stretches, buffer.offset + buffer.aligned);
    for (const line of buffer.lines) {
      line.low = heightOf(view.stretches, buffer.offset + line.from);
      line.high = heightOf(view.stretches, buffer.offset + line.to);
    }
  }
  showAll();
}

function showAll() {
  view.x0 = firstTime();
  view.x1 = lastTime();
  view.y0 = 0;
  view.y1 = units() * 1.02;
}

// Keeps the view inside of what there is, and at least one step wide.
function clampView() {
  const wide = Math.min(Math.max(view.x1 - view.x0, 1), lastTime() - firstTime());
  view.x0 = Math.min(Math.max(view.x0, firstTime()), lastTime() - wide);
  view.x1 = view.x0 + wide;
  const most = units() * 1.02;
  const high = Math.min(Math.max(view.y1 - view.y0, Math.min(64, most)), most);
  view.y0 = Math.min(Math.max(view.y0, 0), most - high);
  view.y1 = view.y0 + high;
}

// Makes the view smaller (factor below 1) or larger around a point of it.
function zoomTime(factor, at) {
  const [x0, x1] = [view.x0, view.x1];
  view.x0 = at - (at - x0) * factor;
  view.x1 = at + (x1 - at) * factor;
  clampView();
}

function zoomAddress(factor, at) {
  const [y0, y1] = [view.y0, view.y1];
  view.y0 = at - (at - y0) * factor;
  view.y1 = at + (y1 - at) * factor;
  clampView();
}

function showTime(time, stepsAround) {
  const half = stepsAround / 2;
  if (time < firstTime()) return;
  view.x0 = time + 0.5 - half;
  view.x1 = time + 0.5 + half;
  clampView();
}

// Moves the view, without zooming, so far that a buffer is seen.
function bringIntoView(buffer) {
  if (buffer.end <= firstTime()) return;
  const wide = view.x1 - view.x0;
  if (buffer.start >= view.x1 || buffer.end <= view.x0) {
    view.x0 = (buffer.start + buffer.end - wide) / 2;
    view.x1 = view.x0 + wide;
  }
  const high = view.y1 - view.y0;
  if (buffer.low >= view.y1 || buffer.high <= view.y0) {
    view.y0 = (buffer.low + buffer.high - high) / 2;
    view.y1 = view.y0 + high;
  }
  clampView();
}

function zoomTo(buffer) {
  const wide = Math.max((buffer.end - buffer.start) * 1.6, 6);
  const middle = (buffer.start + buffer.end) / 2;
  view.x0 = middle - wide / 2;
  view.x1 = middle + wide / 2;
  const high = Math.max((buffer.high - buffer.low) * 2.5, units() / 400);
  const centre = (buffer.low + buffer.high) / 2;
  view.y0 = centre - high / 2;
  view.y1 = centre + high / 2;
  clampView();
}
