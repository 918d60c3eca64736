const content = JSON.parse(document.getElementById('data').textContent);
const {rows, latencies, libraries, forms: FORMS, storages: STORAGES, baselines: BASELINES} = content;

const LANEWISE = 'lanewise';
// Steps over fewer parameters are mostly overhead and have a section of their own.
const SMALL = content.small;

// Of Okabe and Ito, Lanewise in blues, plain loops in warm colours; other libraries in the muted scheme of Tol.
const WIDTH_COLORS = {128: '#9fb8d9', 256: '#56b4e9', 512: '#0072b2'};
const COLORS = {
    'lanewise-avx2': '#009e73', 'lanewise-polluted': '#cc79a7', control: '#7a5fb0', scalar: '#8a8a8a', 'auto-soa': '#d55e00',
    auto: '#e69f00', 'auto-avx2': '#e7c55a', 'control-auto': '#b08a3e',
};
const LIBRARY_COLORS = ['#cc6677', '#aa4499', '#44aa99', '#999933', '#ddaa33', '#7a6ad0', '#8a8a8a'];
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

function color({form, width}) {
    if (form === LANEWISE) {
        return WIDTH_COLORS[width] ?? WIDTH_COLORS[512];
    }
    return COLORS[form] ?? (libraries.includes(form) ? LIBRARY_COLORS[libraries.indexOf(form) % LIBRARY_COLORS.length] : theme('ink'));
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

const SIZES = Object.fromEntries(rows.map(row => [row.n, row.sizeLabel]));

function size(n) {
    return SIZES[n];
}

function storageName(storage) {
    return STORAGES[storage] ?? storage;
}

const measured = rows.filter(row => row.isTrusted);
const ownRows = measured.filter(row => !row.isLibrary && !row.isLimit);
const lanewiseRows = measured.filter(row => row.form === LANEWISE);

function select(found, wanted) {
    return found.filter(row => Object.entries(wanted).every(([name, value]) => row[name] === value));
}

function fastest(found) {
    return found.reduce((best, row) => best === null || row.ns < best.ns ? row : best, null);
}

function lanewise(rule, n, storage, threads = 1) {
    return select(lanewiseRows, {rule, n, storage, threads, isFastest: true})[0] ?? null;
}

function preferredStorage(storages) {
    return storages.includes('F32_NATIVE') ? 'F32_NATIVE' : storages[0];
}

// The storage that a loop has at this size: the wanted one, or for loops that have no choice of storage their own.
function ofStorage(found, storage) {
    const same = select(found, {storage});
    return same.length > 0 || found.length === 0 || found[0].form.startsWith(LANEWISE) ? same : found;
}
