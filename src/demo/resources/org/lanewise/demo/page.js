const content = JSON.parse(document.getElementById('data').textContent);
const rows = content.results.rules;

// The palette of Okabe and Ito, without black and yellow, which vanish on one of the two backgrounds, and four that fit in between.
const looks = {
    'Gradient descent': {color: '#8a8a8a', symbol: 'circle'},
    'Momentum': {color: '#e69f00', symbol: 'square'},
    'Nesterov': {color: '#0c7bc0', symbol: 'diamond'},
    'SGD, nesterov': {color: '#56b4e9', symbol: 'cross', dash: 'dot'},
    'Rprop': {color: '#cc79a7', symbol: 'triangle-up'},
    'RMSprop': {color: '#009e73', symbol: 'pentagon'},
    'Adam': {color: '#d55e00', symbol: 'triangle-down'},
    'AdamW': {color: '#e8894b', symbol: 'triangle-left', dash: 'dot'},
    'Lion': {color: '#9c6b30', symbol: 'star'},
    'Lamb': {color: '#8c6bd1', symbol: 'hexagon'},
    'ScheduleFree': {color: '#e0218a', symbol: 'triangle-right'},
};
const own = {alone: '#8a8a8a', parameters: '#0c7bc0', average: '#d55e00'};
const stillness = matchMedia('(prefers-reduced-motion: reduce)');

function line(name) {
    return {color: looks[name].color, width: 2, dash: looks[name].dash};
}

function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
}

function smoothed(points, quantity) {
    return points.map(({epochs}) =>
        median(points.filter(point => Math.abs(point.epochs - epochs) < 0.5).map(point => point[quantity])));
}

function curves(quantity, hover) {
    return Object.entries(content.curves).map(([name, points]) => ({
        name, type: 'scatter', mode: 'lines', line: line(name), showlegend: false,
        x: points.map(point => point.epochs), y: smoothed(points, quantity),
        customdata: points.map(point => point.steps),
        hovertemplate: hover + '<br>after %{customdata} steps',
    }));
}

// Whole powers of ten, down to one millionth at most: what comes closer to 0 leaves the picture.
function decades(values) {
    const logarithms = values.filter(value => value > 0).map(Math.log10);
    return [Math.max(-6, Math.floor(Math.min(...logarithms))), Math.ceil(Math.max(...logarithms))];
}

function last(values) {
    return values[values.length - 1];
}

// Names at the ends of lines, in the lines' colours and order, far enough from each other to be read.
function endLabels(id, lines, [low, high], scale) {
    const gap = 17 / (document.getElementById(id).clientHeight - 95);
    const labels = lines.filter(({y}) => last(y) !== null)
        .map(({name, line, y}) => ({name, color: line.color, at: (scale(last(y)) - low) / (high - low)}))
        .map(label => ({...label, at: Math.min(1, Math.max(0, label.at))}))
        .sort((a, b) => a.at - b.at);
    labels.forEach((label, i) => {
        label.at = Math.max(label.at, i === 0 ? 0 : labels[i - 1].at + gap);
    });
    labels.reverse().forEach((label, i) => {
        label.at = Math.min(label.at, i === 0 ? 1 : labels[i - 1].at - gap);
    });
    return labels.map(({name, color, at}) => ({
        x: 1, xref: 'paper', xanchor: 'left', y: at, yref: 'paper', yanchor: 'middle', showarrow: false, align: 'left',
        text: `<span style="color:${color}">\u25cf</span> ${name}`,
    }));
}

function labelled(title, options) {
    return layout(title, Object.assign({showlegend: false, margin: {l: 60, r: 135, t: 45, b: 50}, hovermode: 'closest'}, options));
}

function drawCurves() {
    const lowest = Math.max(0, Math.min(0.8, ...rows.map(row => row.testAccuracy - 0.1)));
    const epochs = () => axis('epochs', {rangemode: 'tozero', range: [0, content.results.data.epochs]});
    const loss = curves('loss', 'loss %{y:.5f}');
    const range = decades(loss.flatMap(curve => curve.y));
    Plotly.react('loss', loss,
        labelled('Loss on the training images', {
            xaxis: epochs(), yaxis: axis('', {type: 'log', dtick: 1, exponentformat: 'none', range}),
            annotations: endLabels('loss', loss, range, Math.log10),
        }), config);
    const accuracy = curves('accuracy', '%{y:.1%} right');
    Plotly.react('accuracy', accuracy,
        labelled('Accuracy on the test images', {
            xaxis: epochs(), yaxis: axis('', {range: [lowest, 1.005], tickformat: '.0%'}),
            annotations: endLabels('accuracy', accuracy, [lowest, 1.005], value => value),
        }), config);
}

function drawCourse() {
    const {learningRate, norm, largestNorm, looks} = content.course;
    const numbered = values => values.map((_, i) => i + 1);
    const steps = () => axis('steps', {range: [0, learningRate.length]});
    const ofSteps = (y, hover) => [{
        type: 'scatter', mode: 'lines', x: numbered(y), y, line: {color: own.parameters, width: 1.3},
        hovertemplate: hover + '<br>in step %{x}<extra></extra>',
    }];
    Plotly.react('rate', ofSteps(learningRate, 'learning rate %{y:.3g}'),
        layout('Learning rate', {xaxis: steps(), yaxis: axis('', {rangemode: 'tozero'})}), config);
    Plotly.react('norm', ofSteps(norm, 'norm %{y:.3g}'),
        labelled('Norm of the gradients before clipping', {
            xaxis: steps(), yaxis: axis('', {type: 'log', dtick: 1, exponentformat: 'none'}),
            shapes: [{
                type: 'line', xref: 'paper', x0: 0, x1: 1, y0: largestNorm, y1: largestNorm,
                line: {color: theme('wrong'), width: 1.5, dash: 'dash'},
            }],
            annotations: [{
                xref: 'paper', x: 1, xanchor: 'left', y: Math.log10(largestNorm), showarrow: false, text: ' limit ' + largestNorm,
                font: {color: theme('wrong')},
            }],
        }), config);
    const lines = [
        ['AdamW alone', 'plain', own.alone], ['whole step', 'parameters', own.parameters], ['its average', 'average', own.average],
    ].map(([name, key, color]) => ({
        name, type: 'scatter', mode: 'lines', line: {color, width: 2}, x: looks.map(look => look.steps), y: looks.map(look => look[key]),
        hovertemplate: '%{y:.1%} right<br>after %{x} steps',
    }));
    const lowest = Math.max(0, Math.min(0.9, ...lines.map(({y}) => last(y) - 0.05)));
    Plotly.react('whole', lines,
        labelled('Accuracy on the test images', {
            xaxis: steps(), yaxis: axis('', {range: [lowest, 1.003], tickformat: '.0%'}),
            annotations: endLabels('whole', lines, [lowest, 1.003], value => value),
        }), config);
}

function contours(landscape) {
    return {
        type: 'contour', x: landscape.x, y: landscape.y, z: landscape.height, hoverinfo: 'skip',
        autocontour: false, contours: {start: -0.5, end: 3.5, size: 0.5},
        colorscale: [[0, theme('deep')], [1, theme('high')]], line: {width: 0.7, color: theme('muted')},
        showscale: false,
    };
}

function walk({name, rule, x, y, value}) {
    return {
        name, type: 'scatter', mode: 'lines+markers', x, y, text: value.map(height => height.toPrecision(3)),
        line: {color: looks[name].color, width: 1.5},
        marker: {color: looks[name].color, symbol: looks[name].symbol, opacity: 1, size: 5},
        hovertemplate: '(%{x:.3f}, %{y:.3f}), height %{text}<br>after %{pointNumber} steps<br>' + rule,
    };
}

function heads(walks) {
    return {
        type: 'scatter', mode: 'markers', text: walks.map(walk => walk.name),
        x: walks.map(walk => last(walk.x)), y: walks.map(walk => last(walk.y)),
        marker: {
            color: walks.map(walk => looks[walk.name].color), symbol: walks.map(walk => looks[walk.name].symbol), opacity: 1, size: 14,
            line: {color: theme('ink'), width: 1.5},
        },
        hovertemplate: '(%{x:.3f}, %{y:.3f})<extra>%{text}</extra>',
    };
}

function sign(text, [x, y], ax, ay) {
    return {
        x, y, text, showarrow: true, arrowhead: 0, ax, ay, standoff: 8, bgcolor: theme('paper'), borderpad: 3,
        arrowcolor: theme('ink'), font: {size: 13, color: theme('ink')},
    };
}

function ends(landscape) {
    return {
        type: 'scatter', mode: 'markers', hoverinfo: 'skip',
        x: [landscape.start[0], landscape.minimum[0]], y: [landscape.start[1], landscape.minimum[1]],
        marker: {symbol: ['circle-open', 'cross-thin-open'], size: [13, 30], color: theme('ink'), line: {width: 2, color: theme('ink')}},
    };
}

// The lowest is drawn first, so that it does not cover those that stay behind on the same way.
function lowestFirst(walks) {
    return [...walks].sort((a, b) => last(a.value) - last(b.value));
}

function heights({name, value}) {
    return {name, type: 'scatter', mode: 'lines', y: value, line: line(name), hovertemplate: 'height %{y:.3g}<br>after %{x} steps'};
}

// The first steps of each walk.
function until(walks, steps) {
    return walks.map(walk => ({
        ...walk, x: walk.x.slice(0, steps + 1), y: walk.y.slice(0, steps + 1), value: walk.value.slice(0, steps + 1),
    }));
}

function drawLandscape(landscape, index) {
    const range = grid => [grid[0], last(grid)];
    const walks = until(lowestFirst(landscape.walks), landscape.shown);
    Plotly.react('walks' + index,
        [contours(landscape), ...walks.map(walk), ends(landscape), heads(walks)],
        layout('Paths', {
            showlegend: false, hovermode: 'closest',
            xaxis: axis('', {range: range(landscape.x), showgrid: false}),
            yaxis: axis('', {range: range(landscape.y), showgrid: false}),
            annotations: [sign('start', landscape.start, 0, -32), sign('minimum', landscape.minimum, 0, 80)],
        }), config);
    const whole = landscape.walks.map(heights);
    const levels = decades(whole.flatMap(trace => trace.y));
    Plotly.react('heights' + index, until(lowestFirst(landscape.walks), landscape.shown).map(heights),
        labelled('Height after each step', {
            xaxis: axis('steps', {range: [0, whole[0].y.length - 1]}),
            yaxis: axis('', {type: 'log', exponentformat: 'none', dtick: 1, range: levels}),
            annotations: endLabels('heights' + index, whole, levels, height => Math.log10(Math.max(height, 1e-300))),
        }), config);
}

// Moves what is drawn to a step.
function show(landscape, index, steps) {
    landscape.shown = steps;
    const walks = until(lowestFirst(landscape.walks), steps);
    const paths = walks.concat({x: walks.map(walk => last(walk.x)), y: walks.map(walk => last(walk.y))});
    Plotly.restyle('walks' + index, {x: paths.map(({x}) => x), y: paths.map(({y}) => y)},
        walks.map((_, i) => i + 1).concat(walks.length + 2));
    Plotly.restyle('heights' + index, {y: walks.map(({value}) => value)}, walks.map((_, i) => i));
}

// A button that lets the rules walk and a slider for the step.
function player(landscape, index) {
    const total = landscape.walks[0].x.length - 1;
    const box = element('div', '');
    box.className = 'player';
    const button = element('button', 'Play');
    const slider = element('input', '');
    Object.assign(slider, {type: 'range', min: 0, max: total, value: total});
    slider.setAttribute('aria-label', 'step');
    const text = element('output', '');
    let playing = 0;
    const say = () => {
        text.textContent = `step ${slider.value} of ${total}`;
        button.textContent = playing === 0 ? 'Play' : 'Pause';
    };
    const stop = () => {
        cancelAnimationFrame(playing);
        playing = 0;
        say();
    };
    const play = () => {
        const from = +slider.value === total ? 0 : +slider.value;
        const begin = performance.now();
        const frame = () => {
            const step = Math.min(total, from + Math.floor((performance.now() - begin) / 8000 * total));
            if (step !== +slider.value) {
                slider.value = step;
                show(landscape, index, step);
            }
            playing = step < total ? requestAnimationFrame(frame) : 0;
            say();
        };
        playing = requestAnimationFrame(frame);
        say();
    };
    button.addEventListener('click', () => playing === 0 ? play() : stop());
    slider.addEventListener('input', () => {
        stop();
        show(landscape, index, +slider.value);
    });
    const moves = () => {
        button.hidden = stillness.matches;
        stop();
    };
    stillness.addEventListener('change', moves);
    moves();
    box.append(button, slider, text);
    return box;
}

function addLandscapes() {
    content.landscapes.forEach((landscape, index) => {
        landscape.shown = landscape.walks[0].x.length - 1;
        const pair = document.createElement('div');
        pair.className = 'pair landscape';
        for (const id of ['walks' + index, 'heights' + index]) {
            const plot = element('div', '');
            plot.id = id;
            plot.className = 'plot';
            pair.append(plot);
        }
        document.getElementById('landscapes').append(element('h3', landscape.title), player(landscape, index), pair);
    });
}

function drawCost() {
    const timed = rows.filter(({cost}) => cost.scalar !== null && cost.plain !== null && cost.lanewise !== null);
    const names = timed.map(row => row.name);
    const marks = (name, key, symbol, color, other) => {
        const x = timed.map(row => row.cost.scalar / row.cost[key]);
        return {
            name, type: 'scatter', mode: 'markers+text', y: names, x, cliponaxis: false,
            text: x.map(times => times.toFixed(1)), customdata: timed.map(row => row.cost[key]),
            textposition: timed.map(({cost}) => cost[key] > cost[other] ? 'middle left' : 'middle right'),
            marker: {symbol, size: 12, color, line: {width: 1.5, color: theme('paper')}},
            hovertemplate: '%{x:.2f} times as fast, %{customdata:.3f} ns<extra>%{y}: ' + name + '</extra>',
        };
    };
    const between = timed.map(({name, cost}) => ({
        type: 'line', layer: 'below', yref: 'y', y0: name, y1: name, x0: cost.scalar / cost.plain, x1: cost.scalar / cost.lanewise,
        line: {color: theme('line'), width: 5},
    }));
    const data = [
        marks('C2\'s loop', 'plain', 'diamond', own.alone, 'lanewise'),
        marks('Lanewise', 'lanewise', 'circle', own.average, 'plain'),
    ];
    const all = data.flatMap(trace => trace.x);
    Plotly.react('cost', data,
        layout(`Times as fast as one element at a time: <span style="color:${own.average}">\u25cf</span> Lanewise, `
            + `<span style="color:${own.alone}">\u25c6</span> the plain loop as C2 makes it`, {
            showlegend: false, hovermode: 'closest', margin: {l: 60, r: 50, t: 45, b: 50},
            shapes: between.concat({
                type: 'line', layer: 'below', yref: 'paper', y0: 0, y1: 1, x0: 1, x1: 1, line: {color: theme('muted'), width: 1.5},
            }),
            xaxis: axis('', {
                type: 'log', tickvals: [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128],
                range: [Math.log10(Math.min(0.8, ...all) * 0.8), Math.log10(Math.max(4, ...all) * 1.25)],
            }),
            yaxis: axis('', {autorange: 'reversed', showgrid: false, ticksuffix: '  '}),
        }), config);
    document.getElementById('cost').hidden = timed.length === 0;
}

function draw() {
    drawCourse();
    drawCurves();
    content.landscapes.forEach(drawLandscape);
    drawCost();
}

document.documentElement.classList.add('drawn');
addLandscapes();
draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
