package org.lanewise.demo;

/** Where the label stands on a line of digits. */
enum LabelPlace {
    FIRST,
    LAST
}
