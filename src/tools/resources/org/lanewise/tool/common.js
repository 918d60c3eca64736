'use strict';

const config = {displayModeBar: false, responsive: true};

function theme(name) {
    return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

function axis(title, options) {
    return Object.assign({
        title: {text: title, standoff: 8}, automargin: true, zeroline: false,
        gridcolor: theme('line'), linecolor: theme('line'), showline: true,
    }, options);
}

function layout(title, options) {
    return Object.assign({
        title: {text: title, x: 0, xref: 'paper', font: {size: 15}},
        paper_bgcolor: theme('paper'), plot_bgcolor: theme('paper'),
        font: {family: getComputedStyle(document.body).fontFamily, size: 13, color: theme('ink')},
        hoverlabel: {font: {family: getComputedStyle(document.body).fontFamily}},
        legend: {orientation: 'h', x: 0, y: -0.17, yanchor: 'top', itemsizing: 'constant'},
        margin: {l: 60, r: 20, t: 45, b: 50},
    }, options);
}

function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
}

function tableRow(tag, cells) {
    const made = document.createElement('tr');
    made.append(...cells.map(cell => element(tag, cell)));
    return made;
}
