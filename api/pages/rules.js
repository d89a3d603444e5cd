// Rules: filtering rows, and typing into the cells of a draft's tables.
(() => {
  const send = (element, name, detail) =>
    element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

  document.addEventListener("click", (event) => {
    const clause = event.target.closest?.("[data-clause]");
    if (clause) send(clause, "clause", clause.dataset.clause);
  });

  // -- cells
  const CELL = "[data-grid] textarea";
  const grow = (cell) => {
    cell.style.height = "auto";
    cell.style.height = `${cell.scrollHeight}px`;
  };
  const cellOf = (grid, line, key) =>
    grid.querySelector(`tr[data-line="${line}"] > td[data-key="${CSS.escape(key)}"]`);
  const addressOf = (cell) => ({
    line: Number(cell.closest("tr").dataset.line), key: cell.closest("td").dataset.key,
  });

  document.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches(CELL)) {
      send(target, "cell", { ...addressOf(target), text: target.value });
    } else if (target.matches(".row-action") && target.value) {
      const action = target.value;
      target.value = "";
      // lines have other numbers until the grid is drawn anew
      target.closest("[data-grid]").inert = true;
      send(target, "row", { line: Number(target.closest("tr").dataset.line), action });
    }
  });

  // -- what may stand in a cell, shown below it while it is typed into
  const hint = Object.assign(document.createElement("div"), { className: "cell-hint" });
  let chosen = -1;
  const fragmentOf = (cell) => cell.value.slice(0, cell.selectionStart).match(/[^、,，；;：:\n]*$/)[0];
  const showHint = (cell) => {
    const head = cell.closest("table").tHead.rows[0].cells[cell.closest("td").cellIndex];
    const fragment = fragmentOf(cell).trim();
    const said = new Set(cell.value.split(/[、,，；;\n]/).map((word) => word.trim()));
    const options = JSON.parse(head.dataset.options || "[]").filter((word) =>
      word.includes(fragment) && word !== fragment && !said.has(word)).slice(0, 24);
    hint.replaceChildren();
    chosen = -1;
    const words = Object.assign(document.createElement("div"), { className: "cell-hint-words" });
    words.textContent = head.dataset.hint;
    hint.append(words);
    for (const word of options) {
      const option = Object.assign(document.createElement("span"), { className: "cell-option" });
      option.textContent = word;
      hint.append(option);
    }
    document.body.append(hint);
    placeHint(cell);
  };
  const placeHint = (cell) => {
    const at = cell.getBoundingClientRect();
    const size = hint.getBoundingClientRect();
    hint.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    const below = at.bottom + size.height + 8 < innerHeight;
    hint.style.top = `${below ? at.bottom + 4 : Math.max(4, at.top - size.height - 4)}px`;
  };
  const hideHint = () => hint.remove();
  const take = (cell, word) => {
    const end = cell.selectionStart;
    const start = end - fragmentOf(cell).length;
    cell.setRangeText(word, start, end, "end");
    grow(cell);
    showHint(cell);
  };
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(CELL)) showHint(event.target); else hideHint();
  });
  document.addEventListener("focusout", hideHint);
  document.addEventListener("input", (event) => {
    if (!event.target.matches(CELL)) return;
    grow(event.target);
    showHint(event.target);
  });
  document.addEventListener("scroll", (event) => {
    const cell = document.activeElement;
    if (hint.isConnected && !hint.contains(event.target) && cell.matches(CELL)) placeHint(cell);
  }, true);
  hint.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest(".cell-option");
    if (option && document.activeElement.matches(CELL)) {
      take(document.activeElement, option.textContent);
    }
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches?.(CELL) || event.isComposing || event.keyCode === 229) return;
    const options = [...hint.querySelectorAll(".cell-option")];
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hint.isConnected && options.length) {
      event.preventDefault();
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
      options.forEach((option, place) => option.classList.toggle("is-chosen", place === chosen));
      options[chosen].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (chosen >= 0 && hint.isConnected) take(cell, options[chosen].textContent); else cell.blur();
    } else if (event.key === "Escape") {
      hideHint();
    }
  });

  // a report is as high as what it says
  document.addEventListener("load", (event) => {
    const frame = event.target;
    if (!frame.matches?.("iframe.report-frame")) return;
    frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 24}px`;
  }, true);

  window.guanjiaRules = {
    filter(value) {
      const wanted = value.trim().toLowerCase();
      let count = 0;
      document.querySelectorAll("[data-table]").forEach((table) => {
        let shown = 0;
        table.querySelectorAll("tbody[data-row]").forEach((row) => {
          row.hidden = !row.textContent.toLowerCase().includes(wanted);
          shown += row.hidden ? 0 : 1;
        });
        table.hidden = shown === 0;
        count += shown;
      });
      const said = document.querySelector(".rule-count");
      if (said) said.textContent = wanted ? (count ? `${count} 行` : "没有符合的行") : "";
    },
    // marks what is wrong at its cell, and writes the texts as the server has them
    mark(tableId, problems, texts) {
      const grid = document.querySelector(`[data-grid="${CSS.escape(tableId)}"]`);
      if (!grid) return;
      grid.inert = false;
      grid.querySelectorAll(".cell-problem").forEach((each) => each.remove());
      grid.querySelectorAll(".is-wrong").forEach((each) => each.classList.remove("is-wrong"));
      for (const { line, key, text } of texts) {
        const cell = cellOf(grid, line, key)?.querySelector("textarea");
        if (cell && cell !== document.activeElement) { cell.value = text; grow(cell); }
      }
      for (const { line, key, words } of problems) {
        const place = cellOf(grid, line, key);
        if (!place) continue;
        place.classList.add("is-wrong");
        const said = Object.assign(document.createElement("div"), { className: "cell-problem" });
        said.textContent = words;
        place.append(said);
      }
    },
    // once a grid stands on the page
    begin(tableId, problems) {
      const grid = document.querySelector(`[data-grid="${CSS.escape(tableId)}"]`);
      if (!grid) return;
      grid.querySelectorAll("textarea").forEach(grow);
      this.mark(tableId, problems, []);
    },
  };
})();
