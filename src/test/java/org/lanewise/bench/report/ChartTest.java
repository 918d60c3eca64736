package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.result.SyntheticResults.results;
import static org.lanewise.bench.result.SyntheticResults.row;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.bench.result.Baseline;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.SyntheticResults;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ChartTest {
    private static final int N = 64 << 10;
    private static final int LEGEND = Baseline.values().length;

    private static final Results HOSTILE = results(List.of(
            row("A < B", Form.LANEWISE, "F32_NATIVE", 512, N, 1), row("A < B", Form.SCALAR, "F32_HEAP", 32, N, 10),
            row("A < B", Form.AUTO, "F32_HEAP", 32, N, 0.8)), List.of());

    @Test
    void barsBeginAtOneAndLossesGoLeftInTheirOwnColour() throws Exception {
        List<Element> drawn = bars(Chart.svg(List.of(HOSTILE)).orElseThrow());
        assertEquals(List.of("scalar", "slower"), drawn.stream().map(bar -> bar.getAttribute("class")).toList());
        double one = number(drawn.get(0), "x");
        assertEquals(one, number(drawn.get(1), "x") + number(drawn.get(1), "width"), 0.11, "coordinates have one decimal");
        double scalarRatio = number(drawn.get(0), "width") / number(drawn.get(1), "width");
        assertEquals(Math.log(10) / -Math.log(0.8), scalarRatio, 0.1, "widths of some 20 and 200 with one decimal");
    }

    /** What is shown as 1.05 or as 0.950 is no tie, and what is shown between is one, on whichever side of 1. */
    @ParameterizedTest
    @CsvSource({"1, tie, 1.00", "0.9998, tie, 1.00", "0.996, tie, 0.996", "1.044, tie, 1.04", "0.951, tie, 0.951",
        "0.9504, slower, 0.950", "0.95, slower, 0.950", "0.5, slower, 0.500", "1.0496, scalar, 1.05", "1.05, scalar, 1.05"})
    void aBarHasTheColourOfItsWord(double ratio, String kind, String figure) throws Exception {
        String svg = Chart.svg(List.of(results(List.of(row("Lion", Form.LANEWISE, "F32_NATIVE", 512, N, 1),
                row("Lion", Form.SCALAR, "F32_HEAP", 32, N, ratio)), List.of()))).orElseThrow();
        Element bar = bars(svg).getFirst();
        assertEquals(kind, bar.getAttribute("class"));
        assertTrue(svg.contains(">" + figure + "\u00d7" + (kind.equals("scalar") ? "" : " " + kind) + "<"), svg);
        assertTrue(number(bar, "width") >= 3, "it is seen");
    }

    @Test
    void chartIsWellFormedAndLoadsNothing() throws Exception {
        String svg = Chart.svg(List.of(SyntheticResults.full())).orElseThrow();
        assertEquals(LEGEND + 7 * Baseline.values().length, elements(svg, "rect").getLength());
        assertFalse(svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "").contains("http"));
        assertFalse(svg.contains("url("));
    }

    @Test
    void twoResultsStandSideBySideOnOneScale() throws Exception {
        String svg = Chart.svg(List.of(SyntheticResults.full(), HOSTILE)).orElseThrow();
        List<Element> drawn = bars(svg);
        assertEquals(7 * Baseline.values().length + 2, drawn.size());
        Element right = drawn.get(drawn.size() - 2);
        assertTrue(drawn.stream().limit(drawn.size() - 2).allMatch(
                bar -> number(bar, "x") + number(bar, "width") < number(right, "x")), "panels overlap");
        Element viewBox = (Element) elements(svg, "svg").item(0);
        assertTrue(number(right, "x") + number(right, "width") < Double.parseDouble(viewBox.getAttribute("viewBox").split(" ")[2]));
        assertTrue(svg.contains(">Left: Synthetic CPU") && svg.contains(">Right: Synthetic CPU"), svg);
    }

    @Test
    void chartNeedsARowOfEach() {
        Results empty = results(List.of(), List.of());
        assertEquals(Optional.empty(), Chart.svg(List.of(empty)));
        assertEquals(Optional.empty(), Chart.svg(List.of(HOSTILE, empty)));
    }

    private static List<Element> bars(String svg) throws Exception {
        NodeList bars = elements(svg, "rect");
        return IntStream.range(LEGEND, bars.getLength()).mapToObj(i -> (Element) bars.item(i)).toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static NodeList elements(String svg, String name) throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg))).getElementsByTagName(name);
    }
}
