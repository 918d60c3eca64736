package org.lanewise.demo;

/** Something the user gave that the demo cannot work with; the message is one line that says what and where. */
final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadInput(String message) {
        super(message);
    }
}
