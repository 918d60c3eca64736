const NS = 'ns per parameter';

function wide(id, height) {
    document.getElementById(id).style.height = `${height}px`;
}

function errors(found, scale = () => 1) {
    return {type: 'data', array: found.map(row => (row.error ?? 0) * scale(row)), thickness: 1, width: 3};
}

// Of sizes that would stand on each other the power of two is named; the hover text has all.
function sizeAxis(sizes) {
    const named = [];
    for (const n of sizes) {
        if (named.length === 0 || n / named[named.length - 1] >= 2.5) {
            named.push(n);
        }
    }
    return axis('parameters', {type: 'log', tickvals: named, ticktext: named.map(size)});
}

// 1, 2 and 5 in each decade, or only its beginning where there are many.
function ticks(low, high) {
    const all = [];
    for (let decade = -4; decade <= 8; decade++) {
        all.push(...[1, 2, 5].map(step => Number(`${step}e${decade}`)));
    }
    const shown = all.filter(tick => tick >= low && tick <= high);
    if (shown.length < 4) {
        return unique([...shown, 0.6, 0.7, 0.8, 0.9, 1.2, 1.5, 3, 4].filter(tick => tick >= low && tick <= high));
    }
    return shown.length > 8 ? shown.filter(tick => Number.isInteger(Number(Math.log10(tick).toFixed(9)))) : shown;
}

function logAxis(title, values, {low = 1 / 1.25, high = 1.25, unit = '', ...options} = {}) {
    const [from, to] = [Math.min(...values) * low, Math.max(...values) * high];
    const tickvals = ticks(from, to);
    return axis(title, {
        type: 'log', range: [Math.log10(from), Math.log10(to)], tickvals,
        ticktext: tickvals.map(tick => tick.toLocaleString('en') + unit), ...options,
    });
}

// A log axis of ratios that holds 1 and room for the text behind the longest bar.
function ratioAxis(title, ratios, options) {
    return logAxis(title, [0.8, 1.2, ...ratios], {high: 1.7, unit: '×', ...options});
}

// Legend and axis titles need as many pixels whatever the height of the plot.
function legendBelow(height) {
    return {orientation: 'h', x: 0, y: -65 / (height - 160), yanchor: 'top', itemsizing: 'constant'};
}

function reference(on, at) {
    const across = on === 'x' ? 'y' : 'x';
    return {
        type: 'line', xref: 'x', yref: 'y', [`${across}ref`]: 'paper', [`${across}0`]: 0, [`${across}1`]: 1, [`${on}0`]: at, [`${on}1`]: at,
        line: {color: theme('ink'), width: 1.5},
    };
}

function drawSpeedups({n, storage}) {
    const found = unique(lanewiseRows.map(row => row.rule)).map(rule => lanewise(rule, n, storage)).filter(row => row !== null);
    const charts = Object.entries(LOOPS)
        .map(([form, name]) => ({form, name, cells: found.map(row => speedup(row, form)).filter(cell => cell !== null)}));
    const all = charts.flatMap(({cells}) => cells.map(cell => cell.ratio));
    for (const {form, name, cells} of charts) {
        const id = `speedup-${form}`;
        document.getElementById(id).hidden = cells.length === 0;
        wide(id, 120 + 38 * cells.length);
        Plotly.react(id, [speedupBars(cells, name)], layout(`over ${name}`, {
            xaxis: ratioAxis('times as fast', all), yaxis: axis('', {autorange: 'reversed', showgrid: false, ticksuffix: ' '}),
            shapes: [reference('x', 1)], showlegend: false, bargap: 0.3, annotations: cells.map(speedupText),
        }), config);
    }
}

function speedupBars(cells, name) {
    const ratios = cells.map(cell => cell.ratio);
    return {
        type: 'bar', orientation: 'h', y: cells.map(cell => cell.row.rule), base: ratios.map(() => 1), x: ratios.map(ratio => ratio - 1),
        marker: {color: ratios.map(ratio => theme(verdict(ratio)))},
        error_x: {type: 'data', array: cells.map(cell => cell.error), thickness: 1, width: 3, color: theme('ink')},
        customdata: cells.map(({row, loop, ratio}) => [digits(ratio), label(row), digits(row.nsPerElement), digits(loop?.nsPerElement)]),
        hovertemplate: `%{customdata[0]}×: %{customdata[1]} %{customdata[2]} ns, ${name} %{customdata[3]} ns<extra></extra>`,
    };
}

function speedupText({row, ratio, error}) {
    const word = verdict(ratio);
    return {
        x: Math.log10(Math.max(1, ratio + error)), y: row.rule, xanchor: 'left', showarrow: false, xshift: 4,
        text: word === 'faster' ? `${digits(ratio)}×` : `<b>${digits(ratio)}× ${word}</b>`,
        font: {size: 13, color: word === 'faster' ? theme('ink') : theme(word)},
    };
}

function sizeLine(found, look, quantity, hover) {
    return {
        type: 'scatter', mode: 'lines+markers', x: found.map(row => row.n), y: found.map(quantity),
        customdata: found.map(row => size(row.n)), hovertemplate: hover, ...look,
    };
}

function look(row) {
    const secondary = !row.form.startsWith(LANEWISE) || row.form === 'lanewise-polluted';
    return {
        name: label(row),
        line: {color: color(row), width: row.form === LANEWISE ? 2.5 : 1.75, dash: secondary ? 'dot' : 'solid'},
        marker: {color: color(row), size: 7, symbol: SYMBOLS[row.width] ?? 'circle'},
    };
}

// One line for each form and width: its rows, fastest first where a loop was measured in several memories.
function sizeLines(rule, storage, threads) {
    const found = select(ownRows, {rule, threads}).filter(row => row.n >= SMALL);
    const lines = [];
    for (const form of formsOf(found)) {
        for (const width of ascending(select(found, {form}).map(row => row.width))) {
            const ofForm = select(found, {form, width});
            const line = ascending(ofForm.map(row => row.n)).map(n => fastest(ofStorage(select(ofForm, {n}), storage)));
            lines.push(line.filter(row => row !== null));
        }
    }
    return lines.filter(line => line.length > 0);
}

function drawSizes({rule, storage, threads}) {
    const lines = sizeLines(rule, storage, threads);
    document.getElementById('time-by-size').hidden = lines.length === 0;
    document.getElementById('no-sizes').hidden = lines.length > 0;
    const sizes = ascending(lines.flat().map(row => row.n));
    const times = lines.map(line => ({
        ...sizeLine(line, look(line[0]), row => row.nsPerElement, '%{y:.3g} ns at %{customdata}'),
        error_y: {...errors(line), color: color(line[0])},
    }));
    const own = lines.find(line => line[0].form === LANEWISE) ?? [];
    const roofed = own.filter(row => row.roofFraction !== null);
    if (roofed.length > 0) {
        times.push(sizeLine(roofed, {
            name: `roof, ${digits(roofed[0].bytesPerElement)} B`, mode: 'lines', line: {color: theme('ink'), width: 1.5, dash: 'dash'},
        }, row => row.nsPerElement * row.roofFraction, '%{y:.3g} ns at %{customdata}'));
    }
    Plotly.react('time-by-size', times, layout(`Time: ${rule}`, {
        xaxis: sizeAxis(sizes), yaxis: logAxis(NS, times.flatMap(line => line.y)),
    }), config);
    const shares = lines.map(line => line.filter(row => row.roofFraction !== null)).filter(line => line.length > 0);
    document.getElementById('roof-by-size').hidden = shares.length === 0;
    const highest = Math.max(1.05, ...shares.flat().map(row => row.roofFraction * 1.05));
    Plotly.react('roof-by-size', shares.map(line => sizeLine(line, look(line[0]), row => row.roofFraction, '%{y:.0%} at %{customdata}')),
        layout(`Share of the roof: ${rule}`, {
            xaxis: sizeAxis(sizes), yaxis: axis('of the bytes per second of the roof', {range: [0, highest], tickformat: '.0%'}),
            shapes: [reference('y', 1)], showlegend: true,
        }), config);
}

function drawStorages({n, show}) {
    const relative = show === 'speed';
    const found = select(lanewiseRows, {n, threads: 1});
    const rules = unique(found.map(row => row.rule));
    const traces = storagesOf(found).map(storage => {
        const cells = rules.map(rule => lanewise(rule, n, storage)).filter(row => row !== null)
            .map(row => ({row, base: lanewise(row.rule, n, 'F32_NATIVE')}));
        return storageBars(storage, relative ? cells.filter(cell => cell.base !== null) : cells, relative);
    });
    const ratios = traces.flatMap(trace => trace.y.map(value => value + 1));
    Plotly.react('storages-plot', traces, layout(`${relative ? 'Speed over F32 native' : 'Time'}, ${size(n)} parameters`, {
        barmode: 'group', bargap: 0.25, xaxis: axis('', {showgrid: false}),
        yaxis: relative ? ratioAxis('times as fast', ratios) : axis(NS, {rangemode: 'tozero'}),
        shapes: relative ? [reference('y', 1)] : [], showlegend: true, legend: legendBelow(innerWidth < 900 ? 340 : 460),
    }), config);
}

function storageBars(storage, cells, relative) {
    const speed = ({row, base}) => base === null ? null : base.nsPerElement / row.nsPerElement;
    return {
        type: 'bar', name: storageName(storage), marker: {color: STORAGE_COLORS[storage]}, x: cells.map(cell => cell.row.rule),
        y: cells.map(cell => relative ? speed(cell) - 1 : cell.row.nsPerElement), base: relative ? 1 : 0,
        error_y: {
            type: 'data', thickness: 1, width: 2, color: theme('ink'),
            array: cells.map(cell => relative
                ? speed(cell) * Math.hypot(relativeError(cell.row), relativeError(cell.base)) : cell.row.error ?? 0),
        },
        customdata: cells.map(cell => [
            digits(cell.row.nsPerElement), digits(speed(cell)), label(cell.row), digits(cell.row.bytesPerElement)]),
        hovertemplate: '%{customdata[0]} ns, %{customdata[1]}× F32 native, %{customdata[3]} B (%{customdata[2]})',
    };
}

function panels(id, values, name) {
    const parent = document.getElementById(id);
    parent.replaceChildren(...values.map(value => {
        const plot = element('div', '');
        plot.id = `${id}-${value}`;
        plot.className = 'plot';
        return plot;
    }));
    return values.map(value => [value, `${id}-${value}`, name(value)]);
}

function drawRivals({rule}) {
    const ofRule = select(measured, {rule}).filter(row => rivals.includes(row.form));
    for (const [threads, id, title] of panels('rivals-plots', ascending(ofRule.map(row => row.threads)),
        count => count === 1 ? `${rule}, 1 thread` : `${rule}, ${count} threads`)) {
        const own = n => lanewise(rule, n, 'F32_NATIVE', threads) ?? lanewise(rule, n, 'F32_NATIVE');
        const found = select(ofRule, {threads}).filter(row => own(row.n) !== null);
        const against = found.some(row => own(row.n).threads !== threads) ? ', against Lanewise on 1' : '';
        const sizes = ascending(found.map(row => row.n));
        const ofForm = form => sizes.map(n => fastest(select(found, {form, n}))).filter(row => row !== null);
        const traces = rivals.map(ofForm).filter(line => line.length > 0)
            .map(line => rivalBars(line.map(row => ({row, base: own(row.n), ratio: row.nsPerElement / own(row.n).nsPerElement}))));
        Plotly.react(id, traces, layout(title + against, {
            barmode: 'group', bargap: 0.2, showlegend: true, shapes: [reference('y', 1)],
            xaxis: axis('parameters', {type: 'category', categoryarray: sizes.map(size), categoryorder: 'array', showgrid: false}),
            yaxis: ratioAxis('time over that of Lanewise', found.map(row => row.nsPerElement / own(row.n).nsPerElement)),
        }), config);
    }
}

function rivalBars(cells) {
    return {
        type: 'bar', name: cells[0].row.form, marker: {color: color(cells[0].row)}, base: 1,
        x: cells.map(cell => size(cell.row.n)), y: cells.map(cell => cell.ratio - 1),
        error_y: {
            type: 'data', thickness: 1, width: 2, color: theme('ink'),
            array: cells.map(({row, base, ratio}) => ratio * Math.hypot(relativeError(row), relativeError(base))),
        },
        customdata: cells.map(({row, base, ratio}) => [digits(ratio), digits(row.nsPerElement), digits(base.nsPerElement)]),
        hovertemplate: '%{customdata[0]}×: %{customdata[1]} ns, Lanewise %{customdata[2]} ns',
    };
}

function drawLatencies() {
    const named = latencies.map(row => ({...row, name: `${row.rule}, ${label(row)}`}));
    const ambiguous = unique(named.map(row => row.name)).length < named.length;
    const where = row => `${storageName(row.storage)}, ${size(row.n)} parameters`;
    if (ambiguous) {
        named.forEach(row => row.name += `, ${where(row)}`);
    }
    const title = unique(latencies.map(where)).length === 1 ? `Time of one step, ${where(latencies[0])}` : 'Time of one step';
    const percentiles = {p50: 'circle', p99: 'square', p999: 'diamond', max: 'x'};
    const height = 170 + 26 * named.length;
    wide('latencies-plot', height);
    const steps = {p50: '#0072b2', p99: '#009e73', p999: '#e69f00', max: '#d55e00'};
    const spans = {
        type: 'scatter', mode: 'lines', showlegend: false, hoverinfo: 'skip', line: {color: theme('line'), width: 3},
        x: named.flatMap(row => [row.p50, row.max, null]).map(nanos => nanos === null ? null : nanos / 1000),
        y: named.flatMap(row => [row.name, row.name, null]),
    };
    Plotly.react('latencies-plot', [spans, ...Object.entries(percentiles).map(([percentile, symbol]) => ({
        type: 'scatter', mode: 'markers', name: percentile === 'p999' ? 'p99.9' : percentile, x: named.map(row => row[percentile] / 1000),
        y: named.map(row => row.name), marker: {symbol, size: 10, color: steps[percentile]},
        customdata: named.map(where), hovertemplate: '%{x:.4g} µs, %{customdata}',
    }))], layout(title, {
        xaxis: logAxis('µs', named.flatMap(row => [row.p50 / 1000, row.max / 1000])), legend: legendBelow(height),
        yaxis: axis('', {autorange: 'reversed', ticksuffix: ' '}), hovermode: 'closest',
    }), config);
}

function drawOverhead({storage}) {
    const small = [...ownRows, ...measured.filter(row => rivals.includes(row.form))].filter(row => row.n < SMALL && row.threads === 1);
    for (const [n, id, title] of panels('overhead-plots', ascending(small.map(row => row.n)), count => `${size(count)} parameters`)) {
        const ofSize = select(small, {n});
        const rules = unique(ofSize.map(row => row.rule));
        const height = 250 + 32 * rules.length;
        wide(id, height);
        const traces = formsOf(ofSize.filter(row => row.form !== 'arithmetic'))
            .map(form => rules.map(rule => fastest(ofStorage(select(ofSize, {form, rule}), storage))).filter(row => row !== null))
            .filter(found => found.length > 0).map(overheadMarks).reverse();
        Plotly.react(id, traces, layout(title, {
            xaxis: logAxis('ns per step', traces.flatMap(trace => trace.x)),
            legend: {...legendBelow(height), traceorder: 'reversed'},
            showlegend: true, hovermode: 'closest',
            yaxis: axis('', {categoryorder: 'array', categoryarray: [...rules].reverse(), ticksuffix: ' '}),
        }), config);
    }
}

function overheadMarks(found) {
    const own = found[0].form === LANEWISE;
    const paint = own ? WIDTH_COLORS[512] : color(found[0]);
    return {
        type: 'scatter', mode: 'markers', name: FORMS[found[0].form] ?? found[0].form,
        x: found.map(row => row.nsPerElement * row.n), y: found.map(row => row.rule),
        marker: {color: paint, size: own ? 12 : 9, symbol: own ? 'circle' : 'diamond'},
        error_x: {...errors(found, row => row.n), color: paint}, hovertemplate: '%{x:.4g} ns',
    };
}
