package org.lanewise.bench.result;

import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.stream.Stream;
import org.lanewise.tool.Json;

/** What steps in a row: one of this project's loops, or another library. */
@JsonAdapter(Stepper.ById.class)
public sealed interface Stepper permits Form, Library {
    /** Its name in {@code results.json}. */
    String id();

    /** What people read. */
    String label();

    /** The form of this name, else the library. */
    static Stepper of(String id) {
        return Stream.of(Form.values()).filter(form -> form.id().equals(id)).map(Stepper.class::cast).findFirst()
                .orElseGet(() -> new Library(id));
    }

    /** Writes and reads the name. */
    final class ById extends TypeAdapter<Stepper> {
        @Override
        public void write(JsonWriter out, Stepper value) throws IOException {
            out.value(value.id());
        }

        @Override
        public Stepper read(JsonReader in) throws IOException {
            return of(Json.text(in));
        }
    }
}
