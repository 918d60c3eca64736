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

function logAxis(title, options) {
    return axis(title, {type: 'log', exponentformat: 'none', nticks: 8, ...options});
}

function factors(low, high) {
    const ticks = [];
    for (let decade = -3; decade <= 4; decade++) {
        ticks.push(...[1, 2, 5].map(step => Number((step * 10 ** decade).toPrecision(1))));
    }
    const shown = ticks.filter(tick => tick >= low && tick <= high);
    return shown.length > 7 ? shown.filter(tick => /^0?\.?0*1/.test(String(tick))) : shown;
}

// A log axis of ratios that holds 1 and all of them.
function ratioAxis(title, ratios, options) {
    const low = Math.min(0.7, ...ratios.map(ratio => ratio / 1.25));
    const high = Math.max(1.6, ...ratios.map(ratio => ratio * 1.7));
    const ticks = factors(low, high);
    return axis(title, {
        type: 'log', range: [Math.log10(low), Math.log10(high)], tickvals: ticks, ticktext: ticks.map(tick => `${tick}×`), ...options,
    });
}

function reference(on, at) {
    const across = on === 'x' ? 'y' : 'x';
    return {
        type: 'line', xref: 'x', yref: 'y', [`${across}ref`]: 'paper', [`${across}0`]: 0, [`${across}1`]: 1, [`${on}0`]: at, [`${on}1`]: at,
        line: {color: theme('ink'), width: 1.5},
    };
}

function drawSpeedups({n, storage}) {
    for (const [form, name] of Object.entries(LOOPS)) {
        const found = unique(lanewiseRows.map(row => row.rule)).map(rule => lanewise(rule, n, storage))
            .filter(row => row !== null).map(row => speedup(row, form)).filter(cell => cell !== null);
        const id = `speedup-${form}`;
        document.getElementById(id).hidden = found.length === 0;
        wide(id, 120 + 38 * found.length);
        const ratios = found.map(cell => cell.ratio);
        Plotly.react(id, [{
            type: 'bar', orientation: 'h', y: found.map(cell => cell.row.rule), base: ratios.map(() => 1), x: ratios.map(ratio => ratio - 1),
            marker: {color: ratios.map(ratio => theme(verdict(ratio)))},
            error_x: {type: 'data', array: found.map(cell => cell.error), thickness: 1, width: 3, color: theme('ink')},
            customdata: found.map(cell => [
                digits(cell.ratio), label(cell.row), digits(cell.row.nsPerElement), cell.loop ? digits(cell.loop.nsPerElement) : '–']),
            hovertemplate: `%{customdata[0]}×: %{customdata[1]} %{customdata[2]} ns, ${name} %{customdata[3]} ns<extra></extra>`,
        }], layout(`over ${name}`, {
            xaxis: ratioAxis('times as fast', ratios), yaxis: axis('', {autorange: 'reversed', showgrid: false, ticksuffix: ' '}),
            shapes: [reference('x', 1)], showlegend: false, bargap: 0.3, margin: {l: 60, r: 20, t: 45, b: 50},
            annotations: found.map(cell => ({
                x: Math.log10(Math.max(1, cell.ratio + cell.error)), y: cell.row.rule, xanchor: 'left', showarrow: false, xshift: 4,
                text: `${digits(cell.ratio)}×`, font: {size: 13, color: theme('ink')},
            })),
        }), config);
    }
}

function sizeLine(found, look, quantity, hover) {
    return {
        type: 'scatter', mode: 'lines+markers', x: found.map(row => row.n), y: found.map(quantity), customdata: found.map(row => size(row.n)),
        hovertemplate: hover, ...look,
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
    const sizes = ascending(lines.flat().map(row => row.n));
    const times = lines.map(line => ({
        ...sizeLine(line, look(line[0]), row => row.nsPerElement, '%{y:.3g} ns at %{customdata}'),
        error_y: {...errors(line), color: color(line[0])},
    }));
    const own = lines.find(line => line[0].form === LANEWISE) ?? [];
    const roof = own.map(roofOf).filter(row => row !== null);
    if (roof.length > 0) {
        times.push(sizeLine(roof, {
            name: `roof, ${digits(roof[0].bytesPerElement)} B`, mode: 'lines', line: {color: theme('ink'), width: 1.5, dash: 'dash'},
        }, row => row.nsPerElement, '%{y:.3g} ns at %{customdata}'));
    }
    Plotly.react('time-by-size', times, layout(`Time: ${rule}`, {xaxis: sizeAxis(sizes), yaxis: logAxis(NS)}), config);
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
    const found = select(lanewiseRows, {n, threads: 1});
    const rules = unique(found.map(row => row.rule));
    const relative = show === 'speed';
    const traces = storagesOf(found).map(storage => {
        const cells = rules.map(rule => lanewise(rule, n, storage)).filter(row => row !== null)
            .map(row => ({row, base: lanewise(row.rule, n, 'F32_NATIVE')})).filter(cell => !relative || cell.base !== null);
        const quantity = ({row, base}) => relative ? base.nsPerElement / row.nsPerElement - 1 : row.nsPerElement;
        return {
            type: 'bar', name: storageName(storage), x: cells.map(cell => cell.row.rule), y: cells.map(quantity),
            base: cells.map(() => relative ? 1 : 0), marker: {color: STORAGE_COLORS[storage]},
            error_y: {
                type: 'data', thickness: 1, width: 2, color: theme('ink'),
                array: cells.map(({row, base}) => relative
                    ? base.nsPerElement / row.nsPerElement * Math.hypot(relativeError(row), relativeError(base)) : row.error ?? 0),
            },
            customdata: cells.map(({row, base}) => [
                digits(row.nsPerElement), base ? digits(base.nsPerElement / row.nsPerElement) : '–', label(row), digits(row.bytesPerElement)]),
            hovertemplate: '%{customdata[0]} ns, %{customdata[1]}× F32 native, %{customdata[3]} B (%{customdata[2]})',
        };
    });
    const ratios = traces.flatMap(trace => trace.y.map(value => value + 1));
    Plotly.react('storages-plot', traces, layout(relative ? `Speed over F32 native, ${size(n)} parameters` : `Time, ${size(n)} parameters`, {
        barmode: 'group', bargap: 0.25, xaxis: axis('', {showgrid: false}),
        yaxis: relative ? ratioAxis('times as fast', ratios) : axis(NS, {rangemode: 'tozero'}),
        shapes: relative ? [reference('y', 1)] : [], showlegend: true,
    }), config);
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
        const ratio = row => row.nsPerElement / own(row.n).nsPerElement;
        const traces = rivals.filter(form => found.some(row => row.form === form)).map(form => {
            const ofForm = sizes.map(n => fastest(select(found, {form, n}))).filter(row => row !== null);
            return {
                type: 'bar', name: form, marker: {color: color(ofForm[0])}, x: ofForm.map(row => size(row.n)), y: ofForm.map(row => ratio(row) - 1),
                base: ofForm.map(() => 1),
                error_y: {
                    type: 'data', thickness: 1, width: 2, color: theme('ink'),
                    array: ofForm.map(row => ratio(row) * Math.hypot(relativeError(row), relativeError(own(row.n)))),
                },
                customdata: ofForm.map(row => [digits(ratio(row)), digits(row.nsPerElement), digits(own(row.n).nsPerElement)]),
                hovertemplate: '%{customdata[0]}×: %{customdata[1]} ns, Lanewise %{customdata[2]} ns',
            };
        });
        Plotly.react(id, traces, layout(title + against, {
            barmode: 'group', bargap: 0.2, showlegend: true, shapes: [reference('y', 1)],
            xaxis: axis('parameters', {type: 'category', categoryarray: sizes.map(size), categoryorder: 'array', showgrid: false}),
            yaxis: ratioAxis('time over that of Lanewise', found.map(ratio)),
        }), config);
    }
}

function drawLatencies() {
    const named = latencies.map(row => ({...row, name: `${row.rule}, ${label(row)}, ${storageName(row.storage)}, ${size(row.n)}`}));
    const percentiles = {p50: 'circle', p99: 'square', p999: 'diamond', max: 'x'};
    wide('latencies-plot', 150 + 30 * named.length);
    const steps = {p50: '#0072b2', p99: '#009e73', p999: '#e69f00', max: '#d55e00'};
    const spans = {
        type: 'scatter', mode: 'lines', showlegend: false, hoverinfo: 'skip', line: {color: theme('line'), width: 3},
        x: named.flatMap(row => [row.p50, row.max, null]).map(nanos => nanos === null ? null : nanos / 1000),
        y: named.flatMap(row => [row.name, row.name, null]),
    };
    Plotly.react('latencies-plot', [spans, ...Object.entries(percentiles).map(([percentile, symbol]) => ({
        type: 'scatter', mode: 'markers', name: percentile === 'p999' ? 'p99.9' : percentile, x: named.map(row => row[percentile] / 1000),
        y: named.map(row => row.name), marker: {symbol, size: 10, color: steps[percentile]}, hovertemplate: '%{x:.4g} µs',
    }))], layout('Time of one step', {
        xaxis: logAxis('µs'), yaxis: axis('', {autorange: 'reversed', ticksuffix: ' '}), hovermode: 'closest',
    }), config);
}

function drawOverhead({storage}) {
    const small = [...ownRows, ...measured.filter(row => rivals.includes(row.form))].filter(row => row.n < SMALL && row.threads === 1);
    for (const [n, id, title] of panels('overhead-plots', ascending(small.map(row => row.n)), count => `${size(count)} parameters`)) {
        const ofSize = select(small, {n});
        const rules = unique(ofSize.map(row => row.rule));
        wide(id, 190 + 34 * rules.length);
        const traces = [...formsOf(ofSize.filter(row => row.form !== 'arithmetic'))].map(form => {
            const found = rules.map(rule => fastest(ofStorage(select(ofSize, {form, rule}), storage))).filter(row => row !== null);
            return found.length === 0 ? null : {
                type: 'scatter', mode: 'markers', name: FORMS[form] ?? form, x: found.map(row => row.nsPerElement * row.n), y: found.map(row => row.rule),
                marker: {color: color({form, width: 512}), size: form === LANEWISE ? 12 : 9, symbol: form === LANEWISE ? 'circle' : 'diamond'},
                error_x: {...errors(found, row => row.n), color: color({form, width: 512})}, hovertemplate: '%{x:.4g} ns',
            };
        }).filter(trace => trace !== null);
        Plotly.react(id, traces, layout(title, {
            xaxis: logAxis('ns per step'), showlegend: true, hovermode: 'closest',
            yaxis: axis('', {categoryorder: 'array', categoryarray: [...rules].reverse(), ticksuffix: ' '}),
        }), config);
    }
}
