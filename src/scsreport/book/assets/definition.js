/* The definition of a secondary city that a reader chose: what hangs on it follows, on all pages. */
(() => {
  const { loadData } = window.scsreportLoading;
  const KEPT = "scsreport-definition";
  const FILE = "all"; /* as in definition.py */
  const form = document.querySelector(".definition");
  if (!form) return;
  const { folder, standard } = form.dataset;
  const said = form.querySelector(".definition-said");
  const field = (name) => form.elements.namedItem(`definition-${name}`);
  const nothing = { prose: {}, tables: {} };

  /* What stands on the page before anybody chooses. */
  const numbers = [...document.querySelectorAll(".chosen[data-key]")]
    .map((place) => ({ place, printed: place.textContent }));
  const tables = [...document.querySelectorAll("table")].map((table) => ({ table, ...printedIn(table) }));

  /** The cells of a table as they are printed, by row, before a reader sorts them. */
  function printedIn(table) {
    const head = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent.trim());
    const rows = [...(table.tBodies[0]?.rows ?? [])].map((row) => [...row.cells]);
    const cells = rows.map((row) => row.map((cell) => ({ text: textOf(cell).textContent, sort: cell.dataset.sort })));
    return { head, rows, cells };
  }

  function textOf(cell) {
    return cell.querySelector("p") ?? cell;
  }

  function remembered() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null; /* a page from disk may have no memory */
    }
  }

  function remember(definition) {
    try {
      if (definition === standard) localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, definition);
    } catch { /* as above */ }
  }

  function showNumbers(prose, definition) {
    for (const { place, printed } of numbers) {
      const told = prose[place.dataset.key]?.[definition];
      place.textContent = told ?? printed;
      place.classList.toggle("chosen-changed", told !== undefined);
    }
  }

  /** Put the cells of a definition in place, or those that were printed. */
  function fillTable({ table, rows, cells }, told) {
    rows.forEach((row, r) => row.forEach((cell, c) => {
      textOf(cell).textContent = told ? told.rows[r][c] : cells[r][c].text;
      const sort = told ? told.sort[r][c] : cells[r][c].sort;
      if (sort === undefined || sort === null) delete cell.dataset.sort;
      else cell.dataset.sort = sort;
    }));
    table.classList.toggle("chosen-changed", Boolean(told));
  }

  function showTables(all, definition) {
    for (const known of tables) {
      const told = all[known.table.id]?.[definition];
      if (!told && !known.changed) continue;
      known.changed = Boolean(told);
      fillTable(known, told);
      showCaption(known.table, told);
    }
  }

  /** Title and caption of a table follow its cells. */
  function showCaption(table, told) {
    const words = table.querySelector("caption .caption-text");
    if (!words) return;
    words.dataset.printed ??= words.innerHTML;
    if (!told) {
      words.innerHTML = words.dataset.printed;
      return;
    }
    const title = document.createElement("strong");
    title.textContent = told.title;
    words.replaceChildren(title, ` ${told.caption}`);
  }

  const isOf = (rule, text) => text === rule || text.startsWith(`${rule},`);

  /** Mark the rows and columns of tables that compare definitions; return the cell where they meet. */
  function markTables(rule, counting, chosen) {
    for (const { head, rows } of tables) {
      const column = head.findIndex((text) => text.toLowerCase().endsWith(counting));
      for (const row of rows) {
        const marked = chosen && isOf(rule, row[0]?.textContent.trim() ?? "");
        row[0]?.parentElement.classList.toggle("definition-row", marked);
        row.forEach((cell, c) => cell.classList.toggle("definition-cell", marked && c === column));
      }
    }
  }

  /** Say of each city on the page of a country whether the rule takes it in. */
  function markCities(rule, chosen) {
    for (const entry of document.querySelectorAll(".entry[data-tags]")) {
      const place = entry.querySelector(".entry-chosen") ?? document.createElement("span");
      place.className = "entry-chosen";
      const met = entry.dataset.tags.split(" ").includes(rule);
      place.textContent = chosen ? `By ${rule}: ${met ? "yes" : "no"}. ` : "";
      const heading = [...entry.querySelectorAll("dt")].find((term) => term.textContent === "Secondary?");
      heading?.nextElementSibling.prepend(place);
    }
  }

  /** Have the explorer of the page show the cities of a rule; it knows those in circulation. */
  function setExplorer(rule) {
    const select = document.querySelector('.explorer [name="rule"]');
    if (!select) return;
    const known = [...select.options].some((option) => option.value === rule);
    select.value = known ? rule : "";
  }

  function tell(chosen, rule, counting) {
    if (!chosen) {
      said.textContent = "";
      return;
    }
    const here = document.querySelector("#how-many .definition-cell")?.textContent;
    const changed = document.querySelectorAll("main .chosen-changed").length;
    said.textContent = [
      `You chose ${rule}, ${counting}.`,
      here === undefined ? "" : `Secondary cities here: ${here}.`,
      changed ? "What is underlined follows it; all else stands by the rule it names." : "",
    ].filter(Boolean).join(" ");
  }

  async function show() {
    const [rule, counting] = [field("rule").value, field("counting").value];
    const definition = `${rule}, ${counting}`;
    const chosen = definition !== standard;
    const hangs = numbers.length || tables.some(({ table }) => table.id);
    const all = chosen && hangs ? await loadData(folder, FILE) : nothing;
    if (definition !== `${field("rule").value}, ${field("counting").value}`) return; /* chosen anew meanwhile */
    showNumbers(all.prose, definition);
    showTables(all.tables, definition);
    markTables(rule, counting, chosen);
    markCities(rule, chosen);
    tell(chosen, rule, counting);
    form.querySelector("[type=reset]").hidden = !chosen;
  }

  function choose(definition) {
    const [rule, counting] = definition.split(", ");
    field("rule").value = rule;
    field("counting").value = counting;
  }

  function changed() {
    remember(`${field("rule").value}, ${field("counting").value}`);
    setExplorer(field("rule").value);
    document.querySelector('.explorer [name="rule"]')?.dispatchEvent(new Event("input"));
    return show();
  }

  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed)); /* once the fields are reset */
  form.hidden = false;
  const kept = remembered();
  if (kept) {
    choose(kept);
    form.querySelector("details").open = true;
    setExplorer(field("rule").value); /* before it draws */
  }
  if (!field("rule").value || !field("counting").value) choose(standard); /* an older memory */
  show();
})();
