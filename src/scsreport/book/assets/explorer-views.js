/* How an explorer draws: marks on a map and on a plot, and a picture of the map to be saved.
   Marks of a form that follow each other by size are one path: each with an element of its own,
   the cities of the world take a slow phone a second. */
(() => {
  const { FORMS, NAMES, count } = window.scsreportExplorer;
  const SVG = "http://www.w3.org/2000/svg";
  /* Written out: rules of the style sheet that no word names are dropped. */
  const CLASSES = {
    hub: "explorer-hub",
    cluster: "explorer-cluster",
    corridor: "explorer-corridor",
    largest: "explorer-largest",
  };
  const MAP = { wide: 420, high: 544 }; /* pixels of a map on a phone, for which marks are sized */
  const PLOT = { wide: 420, high: 300, left: 76, below: 38, room: 12 };
  const AT_EASE = 300; /* cities from which on marks are smaller */
  const SMALLEST = 0.35;
  const RUNS = 30; /* of cities by size; within one, forms lie over each other in their order */
  const TOUCH = 24; /* pixels from a mark within which it is meant */
  const FEWEST_UNITS = 60; /* of a map that is drawn closer */
  const LETTERS = 110; /* of a line of small print on a saved map */

  /** @typedef {{x: number, y: number, outline: string}} Spot */
  /** @typedef {[number, number, number, number]} Box West, north, width and height, in units. */

  /**
   * Make an element of a drawing.
   * @param {string} name
   * @param {Record<string, string | number>} attributes
   * @param {string} [text]
   */
  function drawn(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const short = (/** @type {number} */ length) => Math.round(length * 100) / 100;

  /**
   * The outline of the mark of a form, as a part of a path.
   * @param {string} form
   * @param {number} x
   * @param {number} y
   * @param {number} times Its size; 1 is twelve units wide.
   */
  function outline(form, x, y, times) {
    const by = (/** @type {number} */ length) => short(length * times);
    const from = (/** @type {number} */ across, /** @type {number} */ down) =>
      `M${short(x + across * times)} ${short(y + down * times)}`;
    if (form === "hub") {
      const half = `a${by(6)} ${by(6)} 0 1 1 `;
      return `${from(-6, 0)}${half}${by(12)} 0${half}${by(-12)} 0z`;
    }
    if (form === "cluster") return `${from(-5, -5)}h${by(10)}v${by(10)}h${by(-10)}z`;
    if (form === "corridor") return `${from(0, -6.5)}l${by(6)} ${by(11.5)}h${by(-12)}z`;
    return `${from(0, -7)}l${by(7)} ${by(7)} ${by(-7)} ${by(7)} ${by(-7)} ${by(-7)}z`;
  }

  /** The more cities there are, the smaller the marks. */
  const crowding = (/** @type {number} */ n) => Math.min(1, Math.max(SMALLEST, Math.sqrt(AT_EASE / n)));

  /**
   * Marks of cities on a drawing.
   * @param {SVGSVGElement} svg With a group for the marks.
   */
  function makeMarks(svg) {
    const chosen = drawn("path", {});
    const group = svg.querySelector(".explorer-marks");
    /** @type {Map<number, Spot>} */
    let spots = new Map();

    /**
     * Say where each city stands and how large its mark is.
     * @param {City[]} cities
     * @param {(city: City) => {x: number, y: number, times: number}} spotOf
     */
    function place(cities, spotOf) {
      spots = new Map(
        cities.map((city) => {
          const { x, y, times } = spotOf(city);
          return [city.rank, { x, y, outline: outline(city.form, x, y, times) }];
        }),
      );
    }

    /**
     * The marks of a few cities, a path for each form.
     * @param {City[]} run
     */
    function* pathsOf(run) {
      for (const form of FORMS) {
        const alike = run.filter((city) => city.form === form);
        if (!alike.length) continue;
        const d = alike.map((city) => spots.get(city.rank).outline).join("");
        yield drawn("path", { class: CLASSES[form], d });
      }
    }

    /** @param {City[]} cities The largest first, which is the lowest. */
    function show(cities) {
      const paths = [];
      const run = Math.ceil(cities.length / RUNS);
      for (let start = 0; start < cities.length; start += run) {
        paths.push(...pathsOf(cities.slice(start, start + run)));
      }
      group.replaceChildren(...paths);
    }

    /** @param {City} [city] None takes the mark of the chosen one away. */
    function choose(city) {
      chosen.remove();
      if (!city) return;
      chosen.setAttribute("d", spots.get(city.rank).outline);
      chosen.setAttribute("class", `explorer-chosen ${CLASSES[city.form]}`);
      group.append(chosen);
    }

    /**
     * The city that is meant by a pointer.
     * @param {City[]} cities
     * @param {MouseEvent} event
     * @returns {City | undefined}
     */
    function nearest(cities, event) {
      const toScreen = svg.getScreenCTM();
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(toScreen.inverse());
      let found;
      let least = TOUCH / toScreen.a;
      for (const city of cities) {
        const spot = spots.get(city.rank);
        const away = Math.hypot(spot.x - x, spot.y - y);
        if (away < least) [found, least] = [city, away];
      }
      return found;
    }

    return { choose, nearest, place, show };
  }

  /**
   * The part of a map that holds some cities, with room around.
   * @param {City[]} cities
   * @returns {Box}
   */
  function boxAround(cities) {
    const ends = (/** @type {number[]} */ all) => [Math.min(...all), Math.max(...all)];
    const [west, east] = ends(cities.map(({ x }) => x));
    const [north, south] = ends(cities.map(({ y }) => y));
    const room = Math.max(0.06 * Math.max(east - west, south - north), FEWEST_UNITS / 2);
    return [west - room, north - room, east - west + 2 * room, south - north + 2 * room];
  }

  /**
   * The map.
   * @param {SVGSVGElement} svg
   * @param {string} land A path.
   */
  function makeMap(svg, land) {
    svg.querySelector(".explorer-land").setAttribute("d", land);
    const marks = makeMarks(svg);

    /**
     * Show a part of the map, with these cities on it.
     * @param {Box} box
     * @param {City[]} cities
     */
    function frame(box, cities) {
      svg.setAttribute("viewBox", box.join(" "));
      const unit = Math.max(box[2] / MAP.wide, box[3] / MAP.high) * crowding(cities.length);
      marks.place(cities, ({ x, y, people }) => {
        return { x, y, times: unit * Math.min(2.4, 0.55 + Math.sqrt(people / 1e7)) };
      });
    }

    return { ...marks, frame };
  }

  /**
   * People by rank, both on logarithmic scales.
   * @param {SVGSVGElement} svg
   * @param {City[]} cities
   * @param {string} whole In which they have their rank.
   */
  function makePlot(svg, cities, whole) {
    const { wide, high, left, below, room } = PLOT;
    const top = Math.log10(cities[0].people);
    const bottom = 5;
    const most = Math.max(1, Math.log10(cities.length));
    const xOf = (/** @type {number} */ rank) => left + (Math.log10(rank) / most) * (wide - left - room);
    const yOf = (/** @type {number} */ people) =>
      room + ((top - Math.log10(people)) / (top - bottom || 1)) * (high - below - room);
    const axes = [];
    for (const [people, text] of /** @type {[number, string][]} */ ([
      [1e5, "100,000"],
      [1e6, "1 million"],
      [1e7, "10 million"],
    ])) {
      if (Math.log10(people) > top) continue;
      axes.push(drawn("path", { d: `M${left} ${yOf(people)}H${wide - room}`, class: "explorer-line" }));
      axes.push(drawn("text", { x: left - 6, y: yOf(people) + 4, "text-anchor": "end" }, text));
    }
    for (const rank of [1, 10, 100, 1000]) {
      if (rank > cities.length) continue;
      axes.push(drawn("text", { x: xOf(rank), y: high - 20, "text-anchor": "middle" }, count(rank)));
    }
    axes.push(drawn("text", { x: wide / 2, y: high - 4, "text-anchor": "middle" }, `Rank in ${whole}`));
    svg.querySelector(".explorer-axes").replaceChildren(...axes);
    const marks = makeMarks(svg);
    const times = 0.7 * crowding(cities.length);
    marks.place(cities, ({ rank, people }) => ({ x: xOf(rank), y: yOf(people), times }));
    return marks;
  }

  /**
   * The mark of a form, to stand beside its name.
   * @param {string} form
   */
  function key(form) {
    const svg = drawn("svg", { class: "explorer-key", viewBox: "-8 -8 16 16", "aria-hidden": "true" });
    svg.append(drawn("path", { d: outline(form, 0, 0, 1), class: CLASSES[form] }));
    return svg;
  }

  /**
   * A text in lines of some letters.
   * @param {string} text
   */
  const lines = (text) => text.match(new RegExp(`.{1,${LETTERS}}(?= |$)`, "g")).map((line) => line.trim());

  /**
   * A copy of the map that needs no style sheet.
   * @param {SVGSVGElement} map
   */
  function withColours(map) {
    const copy = /** @type {SVGSVGElement} */ (map.cloneNode(true));
    const seen = [...map.querySelectorAll("path")];
    [...copy.querySelectorAll("path")].forEach((path, place) => {
      const { fill, stroke } = getComputedStyle(seen[place]);
      path.setAttribute("fill", fill);
      path.setAttribute("stroke", stroke);
      path.setAttribute("vector-effect", "non-scaling-stroke");
    });
    copy.querySelector(".explorer-chosen")?.remove();
    return copy;
  }

  /**
   * What each mark means, in a line from the left.
   * @param {number} y
   * @param {number} unit Of the picture's width, a thousandth.
   * @param {Record<string, string | number>} text How text is set.
   */
  function legend(y, unit, text) {
    return FORMS.flatMap((form, n) => {
      const x = (24 + 150 * n) * unit;
      const { fill } = getComputedStyle(document.querySelector(`.explorer-key .${CLASSES[form]}`));
      return [
        drawn("path", { d: outline(form, x, y, 1.2 * unit), fill }),
        drawn("text", { ...text, x: x + 14 * unit, y: y + 6 * unit, "font-size": 18 * unit }, NAMES[n]),
      ];
    });
  }

  /**
   * The map as a file of its own: a background, a title, what marks mean, and the sources.
   * @param {SVGSVGElement} map
   * @param {string} title
   * @param {string} sources
   */
  function asPicture(map, title, sources) {
    const { width, height } = map.viewBox.baseVal;
    const unit = width / 1000;
    const below = lines(sources);
    const whole = { width, height: height + (130 + 24 * below.length) * unit };
    const inner = withColours(map);
    for (const [name, value] of Object.entries({ y: 100 * unit, width, height })) {
      inner.setAttribute(name, String(value));
    }
    const text = { x: 10 * unit, fill: getComputedStyle(map).color, "font-family": "sans-serif" };
    const picture = drawn("svg", { xmlns: SVG, viewBox: `0 0 ${whole.width} ${whole.height}` });
    picture.append(
      drawn("rect", { ...whole, fill: getComputedStyle(document.body).backgroundColor }),
      inner,
      drawn("text", { ...text, y: 40 * unit, "font-size": 28 * unit }, title),
      ...legend(72 * unit, unit, text),
      ...below.map((line, n) =>
        drawn("text", { ...text, y: height + (130 + 24 * n) * unit, "font-size": 17 * unit }, line)),
    );
    return new XMLSerializer().serializeToString(picture);
  }

  Object.assign(window.scsreportExplorer, { asPicture, boxAround, key, makeMap, makePlot });
})();
