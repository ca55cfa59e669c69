"use strict";
// The words around the picture: totals, legend, tip, details, table.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function kindBadge(kind) {
  const badge = element("span", { class: "kind" }, KINDS[kind]);
  badge.style.background = `var(--${kind.toLowerCase()})`;
  badge.style.borderColor = `var(--${kind.toLowerCase()}-edge)`;
  return badge;
}

function tensorLink(number) {
  return element("button", { type: "button", class: "link", onclick: () => choose(buffers[number], true) },
    reference(buffers[number].name));
}

function stepLink(time) {
  return element("button", { type: "button", class: "link", onclick: () => chooseTime(time) }, stepTitle(time));
}

function writeHeader() {
  document.getElementById("program").textContent = "@" + facts.program;
  document.getElementById("target").textContent = "memory plan for " + facts.target + ": "
    + plural(buffers.length, "buffer") + ", " + plural(facts.init_end, "init step") + ", "
    + plural(facts.end - facts.init_end, "step");
  const totals = document.getElementById("totals");
  const add = (name, bytes, remark, wide) => {
    totals.append(element("div", { class: wide ? "wide" : "", title: typeof bytes === "number" ? exact(bytes) : "" },
      element("dt", {}, name), element("dd", {}, typeof bytes === "number" ? size(bytes) : bytes, element("small", {}, remark))));
  };
  const times = facts.arena_bytes ? (naiveBytes / facts.arena_bytes).toFixed(1) : "1.0";
  add("arena", facts.arena_bytes, count(facts.arena_bytes) + " bytes");
  add("of it persistent", persistentBytes, "parameters, packed, state");
  add("of it transient", facts.arena_bytes - persistentBytes, "inputs, outputs, workspace too");
  add("load bound", loadBound, loadBound === facts.arena_bytes ? "the arena meets it" : size(facts.arena_bytes - loadBound) + " below the arena");
  add("lower bound", lowerBound, lowerBound === facts.arena_bytes ? "no layout of this order is smaller" : "gap " + exact(facts.arena_bytes - lowerBound));
  add("without sharing", naiveBytes, times + " times the arena");
  const { found_by: finder, proved_by: prover, nodes, stop } = facts.certificate;
  add("certificate", (finder ? "layout found by " + finder : "") + (prover ? ", bound proved by " + prover : ""),
    (nodes ? count(nodes) + " search nodes" + (stop && stop !== "DONE" ? ", stopped by " + stop.toLowerCase() : "") + "; " : "")
    + (facts.peak_time < 0 ? "no steps" : "peak " + exact(facts.peak_bytes) + " at " + stepTitle(facts.peak_time)
      + (facts.peaks > 1 ? " and " + plural(facts.peaks - 1, "other step") : "")), true);
}

// Says what the view leaves out.
function showHint() {
  const hidden = facts.init_end > 0 && firstTime() > 0;
  document.getElementById("hint").textContent = !hidden ? ""
    : plural(facts.init_end, "init step") + " not shown"
      + (facts.peak_time < facts.init_end ? ": the peak of " + size(facts.peak_bytes) + " is among them" : "");
}

function writeLegend() {
  const legend = document.getElementById("legend");
  for (const kind of Object.keys(KINDS)) {
    const held = buffers.filter((buffer) => buffer.kind === kind);
    if (!held.length) continue;
    const swatch = element("i", { "aria-hidden": "true" });
    swatch.style.background = `var(--${kind.toLowerCase()})`;
    swatch.style.borderColor = `var(--${kind.toLowerCase()}-edge)`;
    const button = element("button", { type: "button", "aria-pressed": "true" }, swatch, KINDS[kind] + " (" + count(held.length) + ")");
    button.addEventListener("click", () => {
      if (!view.hidden.delete(kind)) view.hidden.add(kind);
      button.setAttribute("aria-pressed", String(!view.hidden.has(kind)));
      redraw();
    });
    legend.append(element("li", {}, button));
  }
}

function showTip(x, y) {
  const tip = document.getElementById("tip");
  tip.replaceChildren();
  const buffer = view.pointed;
  const time = view.pointedTime;
  if (time < 0 || time >= steps.length) {
    tip.hidden = true;
    return;
  }
  if (buffer) {
    tip.append(
      element("p", {}, element("b", { class: "name" }, reference(buffer.name)), " ", kindBadge(buffer.kind)),
      element("p", {}, exact(buffer.bytes) + " at " + count(buffer.offset)),
      element("p", {}, "alive " + lifetime(buffer)),
      element("p", {}, madeBy(buffer) || "made by " + buffer.writes.slice(0, 3).map(stepTitle).join("; ")),
      element("p", {}, buffer.reads.length ? "read by " + buffer.reads.slice(0, 4).map((t) => steps[t].name).join("; ")
        + (buffer.reads.length > 4 ? " and " + (buffer.reads.length - 4) + " more" : "") : "read by no kernel"));
    for (const decision of decisions(buffer)) tip.append(element("p", {}, decision));
    tip.append(element("p", { class: "soft" }, isTouched(buffer, time) ? "touched by this step" : "idle at this step"));
  }
  tip.append(element("p", { class: "soft" }, "step " + time + ": " + stepTitle(time) + " (" + steps[time].operations.join(", ")
    + "), " + size(steps[time].live) + " alive"));
  tip.hidden = false;
  const stage = document.getElementById("stage");
  const right = x + 16 + tip.offsetWidth > stage.clientWidth;
  tip.style.left = Math.max(0, right ? x - 16 - tip.offsetWidth : x + 16) + "px";
  tip.style.top = Math.max(0, Math.min(y + 16, stage.clientHeight - tip.offsetHeight)) + "px";
}

function showDetails() {
  const details = document.getElementById("details");
  const buffer = view.chosen;
  if (!buffer) {
    details.replaceChildren(element("h3", {}, "No tensor chosen"),
      element("p", { class: "note" }, "Click a tensor, find it by name, or walk to it with the arrow keys on the map: "
        + "it stays here with its uses, and what it is made from and used for is outlined."));
    return;
  }
  const rows = element("dl");
  const row = (name, ...what) => rows.append(element("dt", {}, name), element("dd", {}, ...what));
  const list = (items, link) => element("ul", {}, ...items.map((item) => element("li", {}, link(item))));
  row("kind", kindBadge(buffer.kind));
  row("size", exact(buffer.bytes));
  row("offset", count(buffer.offset) + " to " + count(buffer.offset + buffer.aligned));
  row("alive", lifetime(buffer));
  if (madeBy(buffer)) row("comes", madeBy(buffer));
  if (buffer.writes.length) row("made by", list(buffer.writes, stepLink));
  const from = relatedTo(buffer).from;
  if (from.size) row("made from", list([...from], tensorLink));
  if (buffer.reads.length) row("read by", list(buffer.reads, stepLink));
  const to = relatedTo(buffer).to;
  if (to.size) row("used for", list([...to], tensorLink));
  if (buffer.overwrites.length) row("takes over", list(buffer.overwrites, tensorLink));
  if (buffer.overwritten_by.length) row("gives to", list(buffer.overwritten_by, tensorLink));
  const said = decisions(buffer);
  if (said.length) row("decision", element("ul", {}, ...said.map((text) => element("li", {}, text))));
  if (lastUse(buffer)) row("then", lastUse(buffer));
  row("ending it", ending(buffer));
  details.replaceChildren(
    element("button", { type: "button", class: "close", "aria-label": "Let go of the tensor", onclick: () => choose(null) }, "✕"),
    element("h3", { class: "name" }, reference(buffer.name)), rows,
    element("button", { type: "button", onclick: () => { zoomTo(buffer); redraw(); } }, "Zoom to it"));
}

const ROWS = 40;
let rowsShown = ROWS;

function showTable() {
  const title = document.getElementById("alive-title");
  const note = document.getElementById("alive-note");
  const body = document.getElementById("rows");
  const more = document.getElementById("more-rows");
  const time = view.time;
  if (time < 0) {
    title.textContent = "No steps";
    return;
  }
  const alive = buffers.filter((buffer) => isAlive(buffer, time))
    .sort((a, b) => aliveBytes(b, time) - aliveBytes(a, time));
  const largest = alive.length ? Math.max(aliveBytes(alive[0], time), 1) : 1;
  const peak = steps[time].live === facts.peak_bytes;
  title.replaceChildren("Alive at " + (peak ? "the peak, " : "") + stepTitle(time) + " (step " + time + ")");
  note.replaceChildren(steps[time].algorithm + " of " + steps[time].operations.join(", ") + "; "
    + exact(steps[time].live) + " alive, of which the step itself touches " + exact(steps[time].touched) + ". ");
  if (time !== facts.peak_time) {
    note.append(element("button", { type: "button", onclick: () => chooseTime(facts.peak_time) }, "Back to the peak"));
  }
  body.replaceChildren(...alive.slice(0, rowsShown).map((buffer) => {
    const bar = element("i");
    bar.style.width = (100 * aliveBytes(buffer, time)) / largest + "%";
    bar.style.background = `var(--${buffer.kind.toLowerCase()}-edge)`;
    const last = buffer.reads.length ? buffer.reads[buffer.reads.length - 1] : -1;
    return element("tr", { class: buffer === view.chosen ? "chosen" : "" },
      element("td", { class: "wrap" }, tensorLink(buffer.number)),
      element("td", { class: "number", title: size(aliveBytes(buffer, time)) }, count(aliveBytes(buffer, time))),
      element("td", { class: "bar" }, bar),
      element("td", {}, kindBadge(buffer.kind)),
      element("td", { class: "wrap" }, madeBy(buffer) || (buffer.writes.length ? stepLink(buffer.writes[0]) : "")),
      element("td", { class: "wrap" }, lastUse(buffer) || (last >= 0 ? stepLink(last) : "")),
      element("td", {}, isTouched(buffer, time) ? "touched" : "idle"),
      element("td", {}, isTouched(buffer, time) && peak && !buffer.saved ? "the peak touches it" : ending(buffer)));
  }));
  more.hidden = alive.length <= rowsShown;
  more.textContent = "Show all " + count(alive.length) + " tensors";
}
