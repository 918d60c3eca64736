package org.lanewise.torchfile;

import java.util.ArrayList;
import java.util.List;

/** What a pickle puts things into before it is read to its end. Equal is only what is the same object. */
sealed interface Building {
    /** Everything in it, keys too. */
    List<Object> parts();

    /** A dict, with keys and values in turn. */
    final class Dict implements Building {
        private final boolean ordered;
        private List<Object> keysAndValues = List.of();

        Dict(boolean ordered) {
            this.ordered = ordered;
        }

        boolean isOrdered() {
            return ordered;
        }

        List<Object> keysAndValues() {
            if (keysAndValues.isEmpty()) {
                keysAndValues = new ArrayList<>();
            }
            return keysAndValues;
        }

        @Override
        public List<Object> parts() {
            return keysAndValues;
        }

        @Override
        public String toString() {
            return "a dict";
        }
    }

    /** A list. */
    final class Items implements Building {
        private List<Object> items = List.of();

        List<Object> items() {
            if (items.isEmpty()) {
                items = new ArrayList<>();
            }
            return items;
        }

        @Override
        public List<Object> parts() {
            return items;
        }

        @Override
        public String toString() {
            return "a list";
        }
    }

    /** A tuple. */
    final class Tuple implements Building {
        private final List<Object> items;

        Tuple(List<Object> items) {
            this.items = items;
        }

        @Override
        public List<Object> parts() {
            return items;
        }

        @Override
        public String toString() {
            return "a tuple of " + items.size();
        }
    }
}
