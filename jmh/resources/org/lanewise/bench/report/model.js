const {results, remarks, rivals, forms: FORMS} = JSON.parse(document.getElementById('data').textContent);
const {machine, settings, rows, latencies} = results;

const LANEWISE = 'lanewise';
const LOOPS = Object.fromEntries(['scalar', 'auto-soa', 'auto'].map(form => [form, FORMS[form]]));
const STORAGES = {
    F32_NATIVE: 'F32 native', F32_HEAP: 'F32 heap', BF16_STATES_NATIVE: 'BF16 states, native', BF16_STATES_HEAP: 'BF16 states, heap',
    BF16_NATIVE: 'all BF16, native', BF16_HEAP: 'all BF16, heap',
};
// Steps over fewer parameters are mostly overhead and have a section of their own.
const SMALL = 2048;
const IN_CACHE = 65536;

// Of Okabe and Ito, Lanewise in blues, plain loops in warm colours; rivals in the muted scheme of Tol.
const WIDTH_COLORS = {128: '#9fb8d9', 256: '#56b4e9', 512: '#0072b2'};
const COLORS = {
    'lanewise-avx2': '#009e73', 'lanewise-polluted': '#cc79a7', control: '#7a5fb0', scalar: '#8a8a8a', 'auto-soa': '#d55e00',
    auto: '#e69f00', 'auto-avx2': '#e7c55a', 'control-auto': '#b08a3e',
};
const RIVAL_COLORS = ['#cc6677', '#aa4499', '#44aa99', '#999933', '#ddaa33', '#7a6ad0', '#8a8a8a'];
const STORAGE_COLORS = {
    F32_NATIVE: '#0072b2', F32_HEAP: '#7fb3d6', BF16_STATES_NATIVE: '#009e73', BF16_STATES_HEAP: '#7fcfb8',
    BF16_NATIVE: '#e69f00', BF16_HEAP: '#f2cf85',
};
const SYMBOLS = {128: 'triangle-up', 256: 'square', 512: 'circle', 32: 'diamond', 0: 'x'};

function unique(values) {
    return [...new Set(values)];
}

function ascending(values) {
    return unique(values).sort((a, b) => a - b);
}

function hasVectors(form) {
    return form.startsWith(LANEWISE) || form === 'control' || form === 'arithmetic';
}

function label({form, width}) {
    const name = FORMS[form] ?? form;
    return hasVectors(form) && width > 0 ? `${name} ${width}` : name;
}

function color({form, width}) {
    if (form === LANEWISE) {
        return WIDTH_COLORS[width] ?? WIDTH_COLORS[512];
    }
    return COLORS[form] ?? (rivals.includes(form) ? RIVAL_COLORS[rivals.indexOf(form) % RIVAL_COLORS.length] : theme('ink'));
}

function storageName(storage) {
    return STORAGES[storage] ?? storage;
}

function inOrder(names, order) {
    return [...order.filter(name => names.includes(name)), ...names.filter(name => !order.includes(name))];
}

function storagesOf(found) {
    return inOrder(unique(found.map(row => row.storage)), Object.keys(STORAGES));
}

function formsOf(found) {
    return inOrder(unique(found.map(row => row.form)), Object.keys(FORMS));
}

function size(n) {
    if (n >= 1 << 20 && n % (1 << 20) === 0) {
        return `${n >> 20} Mi`;
    }
    return n >= 1024 && n % 1024 === 0 ? `${n >> 10} Ki` : n.toLocaleString('en');
}

function digits(number) {
    if (number === null || number === undefined) {
        return '–';
    }
    return Number.isInteger(number) || Math.abs(number) >= 1000 ? Math.round(number).toLocaleString('en') : number.toPrecision(3);
}

function fastest(found) {
    return found.reduce((best, row) => best === null || row.nsPerElement < best.nsPerElement ? row : best, null);
}

const measured = rows.filter(row => row.nsPerElement !== null);
const ownRows = measured.filter(row => !rivals.includes(row.form) && !row.form.startsWith('roof'));
const lanewiseRows = measured.filter(row => row.form === LANEWISE);

function select(found, wanted) {
    return found.filter(row => Object.entries(wanted).every(([name, value]) => row[name] === value));
}

function lanewise(rule, n, storage, threads = 1) {
    return fastest(select(lanewiseRows, {rule, n, storage, threads}));
}

function preferredStorage(storages) {
    return storages.includes('F32_NATIVE') ? 'F32_NATIVE' : storages[0];
}

function relativeError(row) {
    return (row.error ?? 0) / row.nsPerElement;
}

// How many times as fast the row is as the loop: as measured with it where the row says so, else by the two times.
function speedup(row, form) {
    const loop = fastest(select(measured, {rule: row.rule, n: row.n, threads: row.threads, form}));
    const given = {scalar: row.ratioToScalar, auto: row.ratioToAuto}[form] ?? null;
    const ratio = given ?? (loop && loop.nsPerElement / row.nsPerElement);
    return ratio === null ? null : {
        row, loop, ratio, error: ratio * Math.hypot(relativeError(row), loop ? relativeError(loop) : 0),
    };
}

function verdict(ratio) {
    return ratio >= 1.05 ? 'faster' : ratio > 0.95 ? 'tie' : 'slower';
}

// The storage that a loop has at this size: the wanted one, or for loops that have no choice of storage their own.
function ofStorage(found, storage) {
    const same = select(found, {storage});
    return same.length > 0 || found.length === 0 || found[0].form.startsWith(LANEWISE) ? same : found;
}

// The size at which most rules were measured, the usual one before the smallest.
function usualSize(found) {
    const rules = n => unique(select(found, {n}).map(row => row.rule)).length;
    return [IN_CACHE, ...ascending(found.map(row => row.n)).filter(n => n >= SMALL)]
        .reduce((best, n) => rules(n) > rules(best) ? n : best);
}
