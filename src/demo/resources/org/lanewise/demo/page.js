const content = JSON.parse(document.getElementById('data').textContent);
const rows = content.results.rules;
const data = content.results.data;
const machine = content.results.machine;

// The palette of Okabe and Ito, without black and yellow, which vanish on one of the two backgrounds.
const looks = {
    'Gradient descent': {color: '#8a8a8a', symbol: 'circle'},
    'Momentum': {color: '#e69f00', symbol: 'square'},
    'Nesterov': {color: '#0c7bc0', symbol: 'diamond'},
    'SGD, nesterov': {color: '#56b4e9', symbol: 'cross', dash: 'dot'},
    'Rprop': {color: '#cc79a7', symbol: 'triangle-up'},
    'RMSprop': {color: '#009e73', symbol: 'pentagon'},
    'Adam': {color: '#d55e00', symbol: 'triangle-down'},
};

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
        name, type: 'scatter', mode: 'lines', line: line(name),
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

function drawCurves() {
    const lowest = Math.max(0, Math.min(0.8, ...rows.map(row => row.testAccuracy - 0.1)));
    const epochs = () => axis('epochs', {rangemode: 'tozero'});
    const loss = curves('loss', 'loss %{y:.5f}');
    Plotly.react('loss', loss,
        layout('Loss on the training images', {
            xaxis: epochs(),
            yaxis: axis('', {type: 'log', dtick: 1, exponentformat: 'none', range: decades(loss.flatMap(curve => curve.y))}),
        }), config);
    Plotly.react('accuracy', curves('accuracy', '%{y:.1%} right'),
        layout('Accuracy on the test images', {
            xaxis: epochs(),
            yaxis: axis('', {range: [lowest, 1.005], tickformat: '.0%'}),
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
        marker: {
            color: looks[name].color, symbol: looks[name].symbol, opacity: 1,
            size: x.map((_, i) => i < x.length - 1 ? 5 : 14),
            line: {color: theme('ink'), width: x.map((_, i) => i < x.length - 1 ? 0 : 1.5)},
        },
        hovertemplate: '(%{x:.3f}, %{y:.3f}), height %{text}<br>after %{pointNumber} steps<br>' + rule,
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
        type: 'scatter', mode: 'markers', showlegend: false, hoverinfo: 'skip',
        x: [landscape.start[0], landscape.minimum[0]], y: [landscape.start[1], landscape.minimum[1]],
        marker: {symbol: ['circle-open', 'cross-thin-open'], size: [13, 30], color: theme('ink'), line: {width: 2, color: theme('ink')}},
    };
}

// The lowest is drawn first, so that it does not cover those that stay behind on the same way.
function lowestFirst(walks) {
    const end = ({value}) => value[value.length - 1];
    return [...walks].sort((a, b) => end(a) - end(b));
}

function heights({name, value}) {
    return {
        name, type: 'scatter', mode: 'lines', y: value, line: line(name), showlegend: false,
        hovertemplate: 'height %{y:.3g}<br>after %{x} steps',
    };
}

function drawLandscape(landscape, index) {
    const range = grid => [grid[0], grid[grid.length - 1]];
    Plotly.react('walks' + index,
        [contours(landscape), ...lowestFirst(landscape.walks).map(walk), ends(landscape)],
        layout('Paths', {
            xaxis: axis('', {range: range(landscape.x), showgrid: false}),
            yaxis: axis('', {range: range(landscape.y), showgrid: false}),
            annotations: [sign('start', landscape.start, 0, -32), sign('minimum', landscape.minimum, 0, 80)],
        }), config);
    Plotly.react('heights' + index, landscape.walks.map(heights),
        layout('Height after each step', {
            xaxis: axis('steps'),
            yaxis: axis('', {type: 'log', exponentformat: 'none', dtick: 1, range: decades(landscape.walks.flatMap(walk => walk.value))}),
        }), config);
}

function drawCost() {
    const bars = (name, alpha, times) => ({
        name, type: 'bar', orientation: 'h', y: rows.map(row => row.name), x: times,
        marker: {color: rows.map(row => looks[row.name].color + alpha)},
        text: times.map(time => time.toFixed(2)), textposition: 'outside', cliponaxis: false,
        hovertemplate: '%{x:.3f} ns<extra>%{y}</extra>',
    });
    Plotly.react('cost', [
        bars(vectors(), 'ff', rows.map(row => row.nsPerParameterVector)),
        bars('plain loop', '60', rows.map(row => row.nsPerParameterScalar)),
    ], layout('Nanoseconds per parameter', {
        barmode: 'group', bargap: 0.3,
        xaxis: axis('', {rangemode: 'tozero'}), yaxis: axis('', {autorange: 'reversed', showgrid: false, ticksuffix: '  '}),
    }), config);
}

function vectors() {
    return machine.preferredBits === 32 ? 'no vectors' : `vectors of ${machine.preferredBits} bits`;
}

function fillTable() {
    document.getElementById('table').append(
        tableRow('th', [
            'rule', 'learning rate', 'images per step', 'final loss', 'test accuracy', 'steps to 95 %', 'vector, ns', 'plain, ns',
            'bits equal',
        ]),
        ...rows.map(row => tableRow('td', [
            row.name,
            row.learningRate,
            row.batchSize === data.trainImages ? 'all' : row.batchSize,
            row.finalLoss === null ? '-' : row.finalLoss.toFixed(5),
            (100 * row.testAccuracy).toFixed(1) + ' %',
            row.stepsTo95 === null ? '-' : row.stepsTo95,
            row.nsPerParameterVector.toFixed(3),
            row.nsPerParameterScalar.toFixed(3),
            row.bitsEqual ? 'yes' : 'no',
        ])));
}

function addLandscapes() {
    content.landscapes.forEach((landscape, index) => {
        const pair = document.createElement('div');
        pair.className = 'pair landscape';
        for (const id of ['walks' + index, 'heights' + index]) {
            const plot = element('div', '');
            plot.id = id;
            plot.className = 'plot';
            pair.append(plot);
        }
        document.getElementById('landscapes').append(element('h3', landscape.title), pair);
    });
}

function fillTexts() {
    document.getElementById('summary').textContent = `A network with ${data.parameters.toLocaleString('en')} parameters learns to read `
        + `handwritten digits, once with each of seven rules: ${data.trainImages.toLocaleString('en')} images to learn from, `
        + `${data.testImages.toLocaleString('en')} to be tested on, ${data.epochs} epochs. Images: ${data.source}.`;
    document.getElementById('machine').textContent = `${machine.jvm}, ${machine.cpu}, ${machine.cores} cores, ${machine.os}, `
        + `${vectors()}, seed ${data.seed}.`;
    const every = steps => steps === 1 ? 'after every step' : `every ${steps} steps`;
    const usual = Math.max(...rows.map(row => row.scoredEvery));
    const others = rows.filter(row => row.scoredEvery !== usual).map(row => ` (${row.name}: ${every(row.scoredEvery)})`).join('');
    document.getElementById('remarks').textContent = 'Vector and plain: nanoseconds per parameter and step; a step of Nesterov is two '
        + `calls, timed together. The test images were looked at ${every(usual)}${others}. `
        + 'Each learning rate is the one of 1, 2 and 5 times the powers of ten that got the lowest training loss after 30 epochs in the '
        + 'worst of eight seeds, on the demo\'s own digits.';
}

function draw() {
    drawCurves();
    content.landscapes.forEach(drawLandscape);
    drawCost();
}

fillTexts();
fillTable();
addLandscapes();
draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
