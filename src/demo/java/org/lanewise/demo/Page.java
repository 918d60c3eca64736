package org.lanewise.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page with the pictures: a template with style, scripts and data put in, so that it needs nothing but itself. */
final class Page {
    private static final String PLOTLY_VERSION = "META-INF/maven/org.webjars.bower/plotly.js/pom.properties";
    private static final String PLOTLY = "META-INF/resources/webjars/plotly.js/%s/dist/plotly-cartesian.min.js";
    private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");

    private Page() {}

    /** What the page draws. */
    record Content(Results results, Map<String, List<Curve.Point>> curves, List<Landscape> landscapes) {}

    static String of(Content content) throws IOException {
        Map<String, String> parts = Map.of(
                "style", text(own("page.css")),
                "plotly", insideScript(text(plotly())),
                "data", Json.FOR_PAGE.toJson(content),
                "script", insideScript(text(own("page.js"))));
        return SLOT.matcher(text(own("page.html")))
                .replaceAll(slot -> Matcher.quoteReplacement(parts.get(slot.group(1))));
    }

    private static String insideScript(String script) {
        return script.replace("</script", "<\\/script");
    }

    private static InputStream own(String name) throws IOException {
        return present(name, Page.class.getResourceAsStream(name));
    }

    private static InputStream plotly() throws IOException {
        var properties = new Properties();
        try (InputStream in = onClassPath(PLOTLY_VERSION)) {
            properties.load(in);
        }
        return onClassPath(PLOTLY.formatted(properties.getProperty("version")));
    }

    /** From any jar, also when this class is in a named module. */
    private static InputStream onClassPath(String name) throws IOException {
        return present(name, Page.class.getClassLoader().getResourceAsStream(name));
    }

    private static InputStream present(String name, InputStream resource) throws IOException {
        if (resource == null) {
            throw new IOException("no resource " + name + " on the class path");
        }
        return resource;
    }

    private static String text(InputStream resource) throws IOException {
        try (resource) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
