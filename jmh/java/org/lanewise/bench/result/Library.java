package org.lanewise.bench.result;

import com.google.gson.annotations.JsonAdapter;

/**
 * Another library that steps by the same rules.
 *
 * @param id its name, as {@code libtorch-fused}
 */
@JsonAdapter(Stepper.ById.class)
public record Library(String id) implements Stepper {
    @Override
    public String label() {
        return id;
    }
}
