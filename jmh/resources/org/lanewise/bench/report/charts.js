const NS = 'ns per parameter';

function wide(id, height) {
    document.getElementById(id).style.height = `${height}px`;
}

function errors(found, quantity = 'error') {
    return {type: 'data', array: found.map(row => row[quantity]), thickness: 1, width: 3};
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
    const found = select(lanewiseRows, {n, storage, threads: 1, isFastest: true});
    const charts = Object.entries(BASELINES).map(([baseline, name]) => ({
        baseline, name, cells: found.filter(row => row.speeds[baseline]).map(row => ({row, speed: row.speeds[baseline]})),
    }));
    const all = charts.flatMap(({cells}) => cells.map(({speed}) => speed.value));
    for (const {baseline, name, cells} of charts) {
        const id = `speedup-${baseline}`;
        document.getElementById(id).hidden = cells.length === 0;
        wide(id, 120 + 38 * cells.length);
        Plotly.react(id, [speedupBars(cells, name)], layout(`over ${name}`, {
            xaxis: ratioAxis('times as fast', all), yaxis: axis('', {autorange: 'reversed', showgrid: false, ticksuffix: ' '}),
            shapes: [reference('x', 1)], showlegend: false, bargap: 0.3, annotations: cells.map(speedupText),
        }), config);
    }
}

function speedupBars(cells, name) {
    return {
        type: 'bar', orientation: 'h', y: cells.map(({row}) => row.rule), base: cells.map(() => 1),
        x: cells.map(({speed}) => speed.value - 1),
        marker: {color: cells.map(({speed}) => theme(speed.verdict))},
        error_x: {type: 'data', array: cells.map(({speed}) => speed.error), thickness: 1, width: 3, color: theme('ink')},
        customdata: cells.map(({row, speed}) => [speed.text, row.label, row.nsText, speed.otherText]),
        hovertemplate: `%{customdata[0]}×: %{customdata[1]} %{customdata[2]} ns, ${name} %{customdata[3]} ns<extra></extra>`,
    };
}

function speedupText({row, speed}) {
    const {value, error, text, verdict} = speed;
    return {
        x: Math.log10(Math.max(1, value + error)), y: row.rule, xanchor: 'left', showarrow: false, xshift: 4,
        text: verdict === 'faster' ? `${text}×` : `<b>${text}× ${verdict}</b>`,
        font: {size: 13, color: verdict === 'faster' ? theme('ink') : theme(verdict)},
    };
}

function sizeLine(found, look, quantity, hover) {
    return {
        type: 'scatter', mode: 'lines+markers', x: found.map(row => row.n), y: found.map(quantity),
        customdata: found.map(row => row.sizeLabel), hovertemplate: hover, ...look,
    };
}

function look(row) {
    const secondary = !row.form.startsWith(LANEWISE) || row.form === 'lanewise-polluted';
    return {
        name: row.label,
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
        ...sizeLine(line, look(line[0]), row => row.ns, '%{y:.3g} ns at %{customdata}'),
        error_y: {...errors(line), color: color(line[0])},
    }));
    const own = lines.find(line => line[0].form === LANEWISE) ?? [];
    const limited = own.filter(row => row.limitNs !== null);
    if (limited.length > 0) {
        times.push(sizeLine(limited, {
            name: 'limit of this machine', mode: 'lines', line: {color: theme('ink'), width: 1.5, dash: 'dash'},
        }, row => row.limitNs, '%{y:.3g} ns at %{customdata}'));
    }
    Plotly.react('time-by-size', times, layout(`Time: ${rule}`, {
        xaxis: sizeAxis(sizes), yaxis: logAxis(NS, times.flatMap(line => line.y)),
    }), config);
    const shares = lines.map(line => line.filter(row => row.share !== null)).filter(line => line.length > 0);
    document.getElementById('limit-by-size').hidden = shares.length === 0;
    const highest = Math.max(1.05, ...shares.flat().map(row => row.share * 1.05));
    Plotly.react('limit-by-size', shares.map(line => sizeLine(line, look(line[0]), row => row.share, '%{y:.0%} at %{customdata}')),
        layout(`Share of this machine's limit: ${rule}`, {
            xaxis: sizeAxis(sizes), yaxis: axis('of the speed at the limit', {range: [0, highest], tickformat: '.0%'}),
            shapes: [reference('y', 1)], showlegend: true,
        }), config);
}

function drawStorages({n, show}) {
    const relative = show === 'speed';
    const found = select(lanewiseRows, {n, threads: 1, isFastest: true}).filter(row => !relative || row.overF32 !== null);
    const rules = unique(found.map(row => row.rule));
    const traces = storagesOf(found).map(storage => storageBars(storage,
        rules.flatMap(rule => select(found, {rule, storage})), relative));
    const ratios = found.map(row => row.overF32?.value ?? 1);
    Plotly.react('storages-plot', traces, layout(`${relative ? 'Speed over F32 native' : 'Time'}, ${size(n)} parameters`, {
        barmode: 'group', bargap: 0.25, xaxis: axis('', {showgrid: false}),
        yaxis: relative ? ratioAxis('times as fast', ratios) : axis(NS, {rangemode: 'tozero'}),
        shapes: relative ? [reference('y', 1)] : [], showlegend: true, legend: legendBelow(innerWidth < 900 ? 340 : 460),
    }), config);
}

function storageBars(storage, found, relative) {
    return {
        type: 'bar', name: storageName(storage), marker: {color: STORAGE_COLORS[storage]}, x: found.map(row => row.rule),
        y: found.map(row => relative ? row.overF32.value - 1 : row.ns), base: relative ? 1 : 0,
        error_y: {
            type: 'data', thickness: 1, width: 2, color: theme('ink'),
            array: found.map(row => relative ? row.overF32.error : row.error),
        },
        customdata: found.map(row => [row.nsText, row.overF32?.text ?? '–', row.label, row.bytesText]),
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

function drawLibraries({rule}) {
    const ofRule = select(measured, {rule, isLibrary: true}).filter(row => row.overLanewise !== null);
    for (const [threads, id, title] of panels('libraries-plots', ascending(ofRule.map(row => row.threads)),
        count => count === 1 ? `${rule}, 1 thread` : `${rule}, ${count} threads`)) {
        const found = select(ofRule, {threads});
        const against = found.some(row => row.overLanewise.otherThreads !== threads) ? ', against Lanewise on 1' : '';
        const sizes = ascending(found.map(row => row.n));
        const traces = libraries.map(form => sizes.map(n => fastest(select(found, {form, n}))).filter(row => row !== null))
            .filter(line => line.length > 0).map(libraryBars);
        Plotly.react(id, traces, layout(title + against, {
            barmode: 'group', bargap: 0.2, showlegend: true, shapes: [reference('y', 1)],
            xaxis: axis('parameters', {type: 'category', categoryarray: sizes.map(size), categoryorder: 'array', showgrid: false}),
            yaxis: ratioAxis('time over that of Lanewise', found.map(row => row.overLanewise.value)),
        }), config);
    }
}

function libraryBars(found) {
    return {
        type: 'bar', name: found[0].formLabel, marker: {color: color(found[0])}, base: 1,
        x: found.map(row => row.sizeLabel), y: found.map(row => row.overLanewise.value - 1),
        error_y: {type: 'data', thickness: 1, width: 2, color: theme('ink'), array: found.map(row => row.overLanewise.error)},
        customdata: found.map(row => [row.overLanewise.text, row.nsText, row.overLanewise.otherText]),
        hovertemplate: '%{customdata[0]}×: %{customdata[1]} ns, Lanewise %{customdata[2]} ns',
    };
}

function drawLatencies() {
    const places = unique(latencies.map(row => row.where));
    const title = places.length === 1 ? `Time of one step, ${places[0]}` : 'Time of one step';
    const percentiles = {p50: 'circle', p99: 'square', p999: 'diamond', max: 'x'};
    const height = 170 + 26 * latencies.length;
    wide('latencies-plot', height);
    const steps = {p50: '#0072b2', p99: '#009e73', p999: '#e69f00', max: '#d55e00'};
    const spans = {
        type: 'scatter', mode: 'lines', showlegend: false, hoverinfo: 'skip', line: {color: theme('line'), width: 3},
        x: latencies.flatMap(row => [row.p50, row.max, null]), y: latencies.flatMap(row => [row.name, row.name, null]),
    };
    Plotly.react('latencies-plot', [spans, ...Object.entries(percentiles).map(([percentile, symbol]) => ({
        type: 'scatter', mode: 'markers', name: percentile === 'p999' ? 'p99.9' : percentile, x: latencies.map(row => row[percentile]),
        y: latencies.map(row => row.name), marker: {symbol, size: 10, color: steps[percentile]},
        customdata: latencies.map(row => row.where), hovertemplate: '%{x:.4g} µs, %{customdata}',
    }))], layout(title, {
        xaxis: logAxis('µs', latencies.flatMap(row => [row.p50, row.max])), legend: legendBelow(height),
        yaxis: axis('', {autorange: 'reversed', ticksuffix: ' '}), hovermode: 'closest',
    }), config);
}

function drawOverhead({storage}) {
    const small = measured.filter(row => !row.isLimit && row.n < SMALL && row.threads === 1);
    for (const [n, id, title] of panels('overhead-plots', ascending(small.map(row => row.n)), count => `${size(count)} parameters`)) {
        const ofSize = select(small, {n});
        const rules = unique(ofSize.map(row => row.rule));
        const height = 250 + 32 * rules.length;
        wide(id, height);
        const traces = formsOf(ofSize)
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
        type: 'scatter', mode: 'markers', name: found[0].formLabel,
        x: found.map(row => row.nsPerStep), y: found.map(row => row.rule),
        marker: {color: paint, size: own ? 12 : 9, symbol: own ? 'circle' : 'diamond'},
        error_x: {...errors(found, 'errorPerStep'), color: paint}, hovertemplate: '%{x:.4g} ns',
    };
}
