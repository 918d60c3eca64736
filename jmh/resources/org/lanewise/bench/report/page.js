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
    const compared = large.filter(row => Object.keys(row.speeds).length > 0);
    section('speedups', compared.length > 0, [sizeChoice(sizesFor(compared), content.usualSize), storageChoice(compared)], drawSpeedups);
    const own = ownRows.filter(row => row.n >= SMALL);
    const threads = ascending(own.map(row => row.threads));
    section('sizes', unique(own.map(row => row.n)).length > 1, [
        ruleChoice(own), storageChoice(lanewiseRows.length > 0 ? lanewiseRows : own), {name: 'threads', label: 'threads', options: threads},
    ], drawSizes);
    const stored = large.filter(row => storagesOf(select(large, {n: row.n})).length > 1);
    section('storages', stored.length > 0, [
        sizeChoice(sizesFor(stored), sizesFor(stored).at(-1)),
        {name: 'show', label: 'show', options: ['time', 'speed'], show: what => what === 'time' ? NS : 'speed over F32 native'},
    ], drawStorages);
    const others = measured.filter(row => row.overLanewise !== null);
    section('libraries', others.length > 0, [ruleChoice(others)], drawLibraries);
    section('latencies', latencies.length > 0, [], drawLatencies);
    const small = lanewiseRows.filter(row => row.n < SMALL);
    section('overhead', small.length > 0, [storageChoice(small)], drawOverhead);
}

function tile({figure, text}) {
    const made = element('div', '');
    made.className = 'tile';
    made.append(element('b', figure), element('span', text));
    return made;
}

function fillTexts() {
    document.getElementById('machine-line').textContent = content.machine;
    document.getElementById('warnings').append(...content.warnings.map(warning => element('p', warning)));
    document.getElementById('tiles').append(...content.tiles.map(tile));
    document.getElementById('verdict').textContent = content.verdict;
    if (content.findings.length === 0) {
        document.getElementById('findings').remove();
    } else {
        document.getElementById('findings').append(...content.findings.map(finding => element('p', finding)));
    }
    document.querySelector('.facts')
        .append(...Object.entries(content.facts).flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
    document.getElementById('command').textContent = content.command;
}

// Missing values stay last whichever way the column is sorted.
function compare(column, words, direction) {
    return ({row: a}, {row: b}) => {
        if (words) {
            return direction * a.cells[column].localeCompare(b.cells[column]);
        }
        const [x, y] = [a.numbers[column], b.numbers[column]];
        return x === null || y === null ? (x === null) - (y === null) : direction * (x - y);
    };
}

function addTable() {
    if (rows.length === 0) {
        document.getElementById('all').remove();
        return;
    }
    const lines = rows.map(row => {
        const line = tableRow('td', row.cells);
        content.columns.forEach(({words}, column) => line.children[column].classList.toggle('words', words));
        return {row, line, text: `${row.cells.join(' ')} ${row.formLabel} ${row.storageLabel} ${row.n}`.toLowerCase()};
    });
    const body = document.createElement('tbody');
    body.append(...lines.map(({line}) => line));
    const head = tableRow('th', content.columns.map(() => ''));
    content.columns.forEach(({title, words}, index) => {
        const button = element('button', title);
        const heading = head.children[index];
        button.addEventListener('click', () => {
            const direction = heading.ariaSort === 'ascending' ? -1 : 1;
            [...head.children].forEach(each => each.removeAttribute('aria-sort'));
            heading.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
            body.append(...[...lines].sort(compare(index, words, direction)).map(({line}) => line));
        });
        heading.append(button);
        heading.classList.toggle('words', words);
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
addTable();
addSections();
const draw = () => drawings.forEach(drawing => drawing());
draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
