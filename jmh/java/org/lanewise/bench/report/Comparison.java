package org.lanewise.bench.report;

import java.util.Optional;
import java.util.function.Function;
import org.lanewise.bench.Form;
import org.lanewise.bench.Row;

/** Against what Lanewise is compared. */
enum Comparison {
    /** One element at a time. */
    SCALAR(Form.SCALAR, Row::ratioToScalar),
    /** C2's vectorization of the struct-of-arrays loop. */
    AUTO_SOA(Form.AUTO_SOA, _ -> null),
    /** C2's vectorization at best. */
    AUTO(Form.AUTO, Row::ratioToAuto);

    private final String form;
    private final Function<Row, Double> measured;

    Comparison(String form, Function<Row, Double> measured) {
        this.form = form;
        this.measured = measured;
    }

    String label() {
        return Form.labels().get(form);
    }

    /** What Lanewise is compared with. */
    Optional<Row> other(Cells cells, Row lanewise) {
        return cells.fastest(lanewise.rule(), form, lanewise.n());
    }

    /** How many times as fast Lanewise is: the row's own ratio, or that of the two times. */
    Optional<Double> ratio(Cells cells, Row lanewise) {
        return Optional.ofNullable(measured.apply(lanewise))
                .or(() -> other(cells, lanewise).map(row -> row.nsPerElement() / lanewise.nsPerElement()));
    }
}
