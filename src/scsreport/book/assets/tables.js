/* Tables of exhibits: more rows and columns on demand, a filter, and sorting by a click or a key on
   a heading. Without scripts, all that is in the page shows. */
const SHOWN = 15; /* rows; as in exhibit.py */
const FILTERED = 60; /* rows from which on a filter helps */
const OPEN = { rows: "all-rows", columns: "all-columns" }; /* written out: unused rules are dropped */
const UNITS = { thousand: 1e3, million: 1e6, billion: 1e9 };

/* The number behind a cell; where there is none, the first one that it prints. */
const key = (cell) => {
  if (cell.dataset.sort !== undefined) return parseFloat(cell.dataset.sort);
  const text = cell.textContent.replace(/[\u2212\u2013]/g, "-").replace(/,(?=\d{3})/g, "");
  const [found, unit] = text.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:\s*(thousand|million|billion))?/) ?? [];
  return parseFloat(found) * (UNITS[unit] ?? 1);
};

/* Letters alone, so that accents and capitals do not matter. */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const element = (name, properties) => Object.assign(document.createElement(name), properties);

/* Rows that are not in the page come from a file beside it, once. */
const loader = (body, note) => {
  let loading;
  const add = () => {
    const { cells, keys } = window.scsreportRows[note.dataset.table];
    body.append(...cells.map((texts, r) => {
      const row = body.rows[0].cloneNode(true);
      row.classList.add("exhibit-rest");
      [...row.cells].forEach((cell, n) => {
        (cell.querySelector("p") ?? cell).textContent = texts[n];
        if (keys[r][n] === null) delete cell.dataset.sort;
        else cell.dataset.sort = keys[r][n];
      });
      return row;
    }));
    note.remove();
  };
  return () => loading ??= new Promise((done, fail) => {
    const script = element("script", { src: note.dataset.rows });
    script.addEventListener("load", () => { add(); done(); });
    script.addEventListener("error", () => { loading = undefined; fail(); });
    document.head.append(script);
  });
};

const sorting = (table, load) => {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const text = (row, n) => row.cells[n].textContent.trim();
  const sort = (head, n) => {
    const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const numeric = head.classList.contains("exhibit-number");
    const rows = [...body.rows].sort((a, b) => {
      if (!numeric) return down * text(a, n).localeCompare(text(b, n), "en", { numeric: true });
      const [p, q] = [key(a.cells[n]), key(b.cells[n])];
      return isNaN(p) - isNaN(q) || down * (p - q) || 0; /* missing values last, either way */
    });
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
    rows.forEach((row, place) => row.classList.toggle("exhibit-rest", place >= SHOWN));
    body.append(...rows);
  };
  const buttons = heads.map((head, n) => {
    /* One stop of the tab key a table; arrows go from heading to heading. */
    const button = element("button", { type: "button", tabIndex: n ? -1 : 0 });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => load ? load().then(() => sort(head, n)) : sort(head, n));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const shown = buttons.filter((other) => other.checkVisibility());
      const next = step && shown[shown.indexOf(button) + step];
      if (!next) return;
      event.preventDefault();
      button.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
    return button;
  });
};

/* A button that shows the rest of the rows or of the columns, and hides it again. */
const switchOf = (table, kind, many, load) => {
  const name = OPEN[kind], words = [`All ${many} ${kind}`, `Fewer ${kind}`];
  const button = element("button", { type: "button", textContent: words[0] });
  const show = (on) => {
    table.classList.toggle(name, on);
    button.textContent = words[+on];
    button.setAttribute("aria-expanded", on);
  };
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const turn = () => show(!table.classList.contains(name));
    load ? load().then(turn) : turn();
  });
  return button;
};

const filterOf = (table, many, load) => {
  const body = table.tBodies[0];
  const label = element("label", { textContent: "Filter " });
  const field = element("input", { type: "search", autocomplete: "off" });
  const count = element("output", {});
  const filter = () => {
    const sought = plain(field.value.trim());
    let found = 0;
    for (const row of body.rows) {
      row.hidden = sought !== "" && !plain(row.textContent).includes(sought);
      found += !row.hidden;
    }
    table.classList.toggle("filtered", sought !== "");
    count.textContent = sought === "" ? "" : ` ${found} of ${many} rows`;
  };
  field.addEventListener("input", () => load ? load().then(filter) : filter());
  label.append(field);
  return [label, count];
};

for (const table of document.querySelectorAll("table.exhibit-table")) {
  const exhibit = table.closest(".exhibit"), note = exhibit?.querySelector("p[data-rows]");
  const load = note ? loader(table.tBodies[0], note) : undefined;
  const rows = note ? +note.dataset.many : table.tBodies[0].rows.length;
  const columns = table.tHead.rows[0].cells.length;
  const controls = element("div", { className: "exhibit-controls" });
  if (rows > SHOWN) controls.append(switchOf(table, "rows", rows, load));
  if (table.querySelector(".exhibit-extra")) controls.append(switchOf(table, "columns", columns));
  if (rows > FILTERED) controls.append(...filterOf(table, rows, load));
  if (controls.hasChildNodes()) (table.closest(".pst-scrollable-table-container") ?? table).after(controls);
  sorting(table, load);
}
