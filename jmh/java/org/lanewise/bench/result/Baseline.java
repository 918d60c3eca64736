package org.lanewise.bench.result;

import java.util.List;

/** The plain loops that rows are compared with. */
public enum Baseline {
    /** One element at a time. */
    SCALAR(Form.SCALAR, List.of(Form.SCALAR)),
    /** C2's vectorization of the struct-of-arrays loop. */
    AUTO_SOA(Form.AUTO_SOA, List.of(Form.AUTO_SOA)),
    /** C2's vectorization at best: of the rule's own loop, or of the one by hand where there is one. */
    AUTO(Form.AUTO, List.of(Form.AUTO, Form.CONTROL_AUTO));

    private final Form form;
    private final List<Form> loops;

    Baseline(Form form, List<Form> loops) {
        this.form = form;
        this.loops = loops;
    }

    /** What people read. */
    public String label() {
        return form.label();
    }

    /** The loops that a form is compared with; AVX2 code with AVX2 code. */
    List<Form> loopsFor(Stepper stepper) {
        return this == AUTO && stepper == Form.LANEWISE_AVX2 ? List.of(Form.AUTO_AVX2) : loops;
    }
}
