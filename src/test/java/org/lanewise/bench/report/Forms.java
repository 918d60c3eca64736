package org.lanewise.bench.report;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.bench.Form;

/** The constants of {@link Form}. */
final class Forms {
    private Forms() {}

    static List<String> all() {
        return Stream.of(Form.class.getFields()).filter(field -> Modifier.isStatic(field.getModifiers())).map(Forms::value).toList();
    }

    private static String value(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
