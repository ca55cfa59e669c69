"use strict";
// What the report is about: the facts that the page holds, and what follows from them.

const facts = JSON.parse(document.getElementById("facts").textContent);

const KINDS = {
  TRANSIENT: "transient",
  INPUT: "input",
  OUTPUT: "output",
  WORKSPACE: "workspace",
  PARAMETER: "parameter",
  PERSISTENT: "packed by init",
  STATE: "state",
};

const buffers = facts.buffers;
const steps = facts.steps;
const { naive_bytes: naiveBytes, load_bound: loadBound, lower_bound: lowerBound } = facts.certificate;

buffers.forEach((buffer, number) => {
  buffer.number = number;
  buffer.reads ??= [];
  buffer.writes ??= [];
  buffer.overwrites ??= [];
  buffer.overwritten_by ??= [];
  buffer.members ??= [{ name: buffer.name, offset: 0, bytes: buffer.bytes, fate: buffer.fate }];
  buffer.saved ??= 0;
  // Lines of a buffer may live at times of their own: where a concat is written in place, for one.
  buffer.lines = (buffer.lines ?? (buffer.bytes ? [[0, buffer.aligned, buffer.start, buffer.end]] : []))
    .map(([from, to, start, end]) => ({ from, to, start, end }));
  // It keeps its bytes during the whole step, as parameters, packed operands and state do.
  buffer.stays = buffer.start <= facts.init_end && buffer.end === facts.end
    && ["PARAMETER", "PERSISTENT", "STATE"].includes(buffer.kind);
  buffer.words = buffer.members.map((member) => member.name).concat(buffer.name).join("\n").toLowerCase();
});
steps.forEach((step, time) => {
  step.time = time;
  step.reads ??= [];
  step.writes ??= [];
  step.operations ??= [];
});

// The order in which the arrows walk, and in which buffers are drawn: what takes over lies on top.
const byStart = buffers.slice().sort((a, b) => a.start - b.start || a.offset - b.offset);
byStart.forEach((buffer, rank) => { buffer.rank = rank; });

const persistentBytes = facts.parameter_bytes + facts.packed_bytes + facts.state_bytes;

function isAlive(buffer, time) {
  return buffer.start <= time && time < buffer.end && (!buffer.bytes || aliveBytes(buffer, time) > 0);
}

function aliveBytes(buffer, time) {
  let bytes = 0;
  for (const line of buffer.lines) bytes += line.start <= time && time < line.end ? line.to - line.from : 0;
  return Math.min(bytes, buffer.bytes);
}

function isTouched(buffer, time) {
  return buffer.reads.includes(time) || buffer.writes.includes(time);
}

// Whether a kernel touches these lines of a buffer; without further word all of it is touched.
function areTouched(buffer, line, time) {
  if (!isTouched(buffer, time)) return false;
  return !buffer.touches || buffer.touches.some(([when, from, to]) => when === time && from < line.to && line.from < to);
}

function reference(name) {
  return /^[A-Za-z_0-9][A-Za-z_0-9.$-]*$/.test(name) ? "%" + name : "%" + JSON.stringify(name);
}

function size(bytes) {
  if (Math.abs(bytes) < 1024) return bytes + " B";
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let unit = -1;
  while (Math.abs(bytes) >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return bytes.toFixed(Math.abs(bytes) >= 100 ? 0 : 1) + " " + units[unit];
}

function count(number) {
  return number.toLocaleString("en-US");
}

function exact(bytes) {
  return bytes < 1024 ? count(bytes) + " bytes" : count(bytes) + " bytes (" + size(bytes) + ")";
}

function plural(number, word) {
  return count(number) + " " + word + (number === 1 ? "" : "s");
}

function stepTitle(time) {
  if (time < 0) return "nowhere";
  if (time >= steps.length) return "the end";
  return (steps[time].init ? "init " : "") + steps[time].name;
}

function madeBy(buffer) {
  if (buffer.kind === "INPUT") return "given to each step";
  if (buffer.kind === "PARAMETER") return "as the file holds it";
  if (buffer.kind === "STATE") return "kept between steps";
  return "";
}

function lastUse(buffer) {
  if (buffer.fate === "RETURNED") return "returned";
  if (buffer.fate === "NEXT_STATE") return "next state";
  return "";
}

function lifetime(buffer) {
  const last = Math.max(buffer.start, buffer.end - 1);
  if (buffer.stays) return "from step " + buffer.start + " on: it stays";
  return last === buffer.start ? "at step " + last : "for " + plural(buffer.end - buffer.start, "step") + ", " + buffer.start + " to " + last;
}

// What the planner decided about a buffer, a sentence each.
function decisions(buffer) {
  const said = [];
  const names = (numbers) => numbers.map((number) => reference(buffers[number].name)).join(", ");
  if (buffer.kind === "WORKSPACE") said.push("scratch memory of " + stepTitle(buffer.start));
  if (buffer.strip_of) said.push("one strip of " + reference(buffer.strip_of));
  if (buffer.overwrites.length) said.push("in place: takes over bytes of " + names(buffer.overwrites));
  if (buffer.overwritten_by.length) said.push("its bytes are taken over by " + names(buffer.overwritten_by));
  if (buffer.kind === "PERSISTENT") {
    const from = new Set(buffer.writes.flatMap((time) => steps[time].reads));
    said.push("made once by init" + (from.size ? " from " + names([...from]) : ""));
  }
  const inside = buffer.members.filter((member) => member.name !== buffer.name);
  if (inside.length) {
    said.push("views and parts in it: " + inside.slice(0, 8)
      .map((member) => reference(member.name) + (member.offset ? " at +" + count(member.offset) : "")).join(", ")
      + (inside.length > 8 ? ", and " + (inside.length - 8) + " more" : ""));
  }
  if (buffer.fate === "RETURNED") said.push("returned by the step");
  if (buffer.fate === "NEXT_STATE") said.push("becomes the next state");
  return said;
}

function ending(buffer) {
  if (!buffer.saved) return "saves nothing at the peak";
  return "saves " + exact(buffer.saved) + ": the peak would be " + size(buffer.left_bytes) + " at "
    + stepTitle(buffer.left_time);
}
