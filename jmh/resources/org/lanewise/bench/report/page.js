const drawings = [];

function choice(state, {name, label: text, options, show = String, initial}, changed) {
    state[name] = initial ?? options[0];
    const group = element('fieldset', '');
    group.append(element('legend', text), ...options.map(option => {
        const input = document.createElement('input');
        Object.assign(input, {type: 'radio', name: `${name}-${drawings.length}`, checked: option === state[name]});
        input.addEventListener('change', () => {
            state[name] = option;
            changed();
        });
        const made = element('label', '');
        made.append(input, show(option));
        return made;
    }));
    group.hidden = options.length < 2;
    return group;
}

// Without something to show the section goes; with it, it is drawn now, after each choice and when the colours change.
function section(id, present, choices, draw) {
    const made = document.getElementById(id);
    if (!present) {
        made.remove();
        return;
    }
    const state = {};
    const redraw = () => draw(state);
    made.querySelector('.choices')?.append(...choices.map(each => choice(state, each, redraw)));
    drawings.push(redraw);
}

function sizesFor(found) {
    return ascending(found.map(row => row.n)).filter(n => n >= SMALL);
}

function sizeChoice(sizes, initial) {
    return {name: 'n', label: 'parameters', options: sizes, show: size, initial};
}

function storageChoice(found) {
    const storages = storagesOf(found);
    return {name: 'storage', label: 'storage', options: storages, show: storageName, initial: preferredStorage(storages)};
}

function ruleChoice(found) {
    const rules = unique(found.map(row => row.rule));
    return {name: 'rule', label: 'rule', options: rules, initial: rules.includes('Adam') ? 'Adam' : rules[0]};
}

function addSections() {
    const large = lanewiseRows.filter(row => row.n >= SMALL && row.threads === 1);
    const compared = large.filter(row => Object.keys(LOOPS).some(form => speedup(row, form) !== null));
    section('speedups', compared.length > 0, [sizeChoice(sizesFor(compared), usualSize(compared)), storageChoice(compared)], drawSpeedups);
    const own = ownRows.filter(row => row.n >= SMALL && row.form !== 'arithmetic');
    const threads = ascending(own.map(row => row.threads));
    section('sizes', unique(own.map(row => row.n)).length > 1, [
        ruleChoice(own), storageChoice(lanewiseRows.length > 0 ? lanewiseRows : own), {name: 'threads', label: 'threads', options: threads},
    ], drawSizes);
    const stored = large.filter(row => storagesOf(select(large, {n: row.n})).length > 1);
    section('storages', stored.length > 0, [
        sizeChoice(sizesFor(stored), sizesFor(stored).at(-1)),
        {name: 'show', label: 'show', options: ['time', 'speed'], show: what => what === 'time' ? NS : 'speed over F32 native'},
    ], drawStorages);
    const others = measured.filter(row => rivals.includes(row.form) && lanewise(row.rule, row.n, 'F32_NATIVE') !== null);
    section('rivals', others.length > 0, [ruleChoice(others)], drawRivals);
    section('latencies', latencies.length > 0, [], drawLatencies);
    const small = lanewiseRows.filter(row => row.n < SMALL);
    section('overhead', small.length > 0, [storageChoice(small)], drawOverhead);
}

function tile(figure, text) {
    const made = element('div', '');
    made.className = 'tile';
    made.append(element('b', figure), element('span', text));
    return made;
}

function range(cells, show) {
    const [low, high] = [cells[0], cells[cells.length - 1]].map(cell => show(cell.value));
    return low === high ? low : `${low} to ${high}`;
}

function addTiles() {
    const large = lanewiseRows.filter(row => row.n >= SMALL && row.threads === 1 && row.storage === 'F32_NATIVE');
    const sizes = sizesFor(large);
    if (sizes.length === 0) {
        return;
    }
    const compared = large.filter(row => Object.keys(LOOPS).some(form => speedup(row, form) !== null));
    const n = usualSize(compared.length > 0 ? compared : large);
    const largest = sizes[sizes.length - 1];
    const best = at => unique(large.map(row => row.rule)).map(rule => lanewise(rule, at, 'F32_NATIVE')).filter(row => row !== null);
    const sorted = cells => cells.filter(cell => (cell.value ?? null) !== null).sort((a, b) => a.value - b.value);
    const tiles = document.getElementById('tiles');
    for (const [form, name] of Object.entries(LOOPS)) {
        const cells = sorted(best(n).map(row => ({row, value: speedup(row, form)?.ratio})));
        if (cells.length > 0) {
            tiles.append(tile(range(cells, value => `${digits(value)}×`), `as fast as ${name}, by rule, ${size(n)} parameters`));
        }
        if (form === 'auto' && cells.length > 0) {
            const short = cells.filter(cell => verdict(cell.value) !== 'faster').map(cell => `${cell.row.rule} (${digits(cell.value)}×)`);
            document.getElementById('verdict').textContent = short.length === 0
                ? `At ${size(n)} parameters every rule is at least 5 % faster than what C2 makes of the plain loop at best.`
                : `At ${size(n)} parameters not 5 % faster than what C2 makes of the plain loop at best: ${short.join(', ')}.`;
        }
    }
    const shares = sorted(best(largest).map(row => ({row, value: row.roofFraction})));
    if (shares.length > 0) {
        tiles.append(tile(range(shares, value => `${Math.round(100 * value)} %`), `of the roof, by rule, ${size(largest)} parameters`));
    }
    const garbage = sorted(lanewiseRows.filter(row => row.n <= 65536).map(row => ({row, value: row.bytesAllocatedPerStep})));
    if (garbage.length > 0) {
        const most = garbage[garbage.length - 1].value;
        tiles.append(tile(most < 1 ? '< 1 B' : `${digits(most)} B`, 'garbage in a step of up to 64 Ki parameters, at most'));
    }
}

function quoted(word) {
    return /^[\w./:=,+-]+$/.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`;
}

function duration(seconds) {
    return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}

function fillTexts() {
    document.getElementById('machine-line').textContent = `${machine.cpu}, ${machine.cores} processors, ${machine.jvm}, ${machine.date}`;
    if (remarks.length === 0) {
        document.getElementById('remarks').remove();
    } else {
        document.getElementById('remarks').append(...remarks.map(remark => element('p', remark)));
    }
    const facts = {
        CPU: machine.cpu, 'SIMD flags': machine.flags.join(' '), caches: machine.caches.join(', '), processors: machine.cores,
        'preferred vectors': `${machine.preferredBits} bits`, system: machine.os, JVM: machine.jvm, date: machine.date,
        measured: `${settings.forks} ${settings.forks === 1 ? 'JVM' : 'JVMs'} for each cell, in each ${settings.warmUpMillis} ms of `
            + `warm-up, then ${settings.iterations} × ${settings.iterationMillis} ms; ${rows.length.toLocaleString('en')} rows in `
            + duration(settings.seconds),
    };
    document.querySelector('.facts')
        .append(...Object.entries(facts).flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
    document.getElementById('command').textContent = ['java', '-jar', 'lanewise-bench.jar', ...settings.command.map(quoted)].join(' ');
}

const COLUMNS = [
    {name: 'rule', value: row => row.rule, words: true},
    {name: 'form', value: row => FORMS[row.form] ?? row.form, words: true},
    {name: 'storage', value: row => storageName(row.storage), words: true},
    {name: 'bits', value: row => row.width || null},
    {name: 'n', value: row => row.n, show: size},
    {name: 'threads', value: row => row.threads},
    {name: 'ns', value: row => row.nsPerElement, show: ns => ns.toFixed(4)},
    {name: '±', value: row => row.error, show: ns => ns.toFixed(4)},
    {name: 'B', value: row => row.bytesPerElement},
    {name: 'GB/s', value: row => row.gbPerSecond, show: rate => rate.toFixed(1)},
    {name: 'roof', value: row => row.roofFraction, show: share => `${(100 * share).toFixed(0)} %`},
    {name: '× scalar', value: row => row.ratioToScalar, show: ratio => ratio.toFixed(2)},
    {name: '× C2', value: row => row.ratioToAuto, show: ratio => ratio.toFixed(2)},
    {name: 'garbage', value: row => row.bytesAllocatedPerStep, show: bytes => bytes.toFixed(2)},
];

// Missing values stay last whichever way the column is sorted.
function compare({value, words}, direction) {
    return (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === null || y === null) {
            return (x === null) - (y === null);
        }
        return direction * (words ? x.localeCompare(y) : x - y);
    };
}

function cells(row) {
    return COLUMNS.map(({value, show = digits, words}) => words ? value(row) : value(row) === null ? '–' : show(value(row)));
}

function addTable() {
    if (rows.length === 0) {
        document.getElementById('all').remove();
        return;
    }
    const lines = rows.map(row => {
        const texts = cells(row);
        const line = tableRow('td', texts);
        COLUMNS.forEach(({words}, column) => line.children[column].classList.toggle('words', Boolean(words)));
        return {row, line, text: `${texts.join(' ')} ${row.form} ${row.storage} ${row.n}`.toLowerCase()};
    });
    const body = document.createElement('tbody');
    body.append(...lines.map(({line}) => line));
    const head = tableRow('th', COLUMNS.map(() => ''));
    COLUMNS.forEach((column, index) => {
        const button = element('button', column.name);
        const heading = head.children[index];
        button.addEventListener('click', () => {
            const direction = heading.ariaSort === 'ascending' ? -1 : 1;
            [...head.children].forEach(each => each.removeAttribute('aria-sort'));
            heading.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
            const order = compare(column, direction);
            body.append(...[...lines].sort((a, b) => order(a.row, b.row)).map(({line}) => line));
        });
        heading.append(button);
        heading.classList.toggle('words', Boolean(column.words));
    });
    document.getElementById('table').append(head, body);
    const filter = document.getElementById('filter');
    const apply = () => {
        const words = filter.value.toLowerCase().split(/\s+/);
        lines.forEach(({line, text}) => line.hidden = !words.every(word => text.includes(word)));
        document.getElementById('count').textContent = `${lines.filter(({line}) => !line.hidden).length} of ${lines.length} rows`;
    };
    filter.addEventListener('input', apply);
    apply();
}

fillTexts();
addTiles();
addTable();
addSections();
const draw = () => drawings.forEach(drawing => drawing());
draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
