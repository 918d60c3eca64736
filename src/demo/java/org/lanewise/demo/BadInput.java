package org.lanewise.demo;

import java.io.IOException;

/** A file of the user's that the demo cannot work with; the message is one line that says what and where. */
final class BadInput extends IOException {
    private static final long serialVersionUID = 1;

    BadInput(String message) {
        super(message);
    }
}
