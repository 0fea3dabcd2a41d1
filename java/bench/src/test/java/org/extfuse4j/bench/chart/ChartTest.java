// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {
  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  /** Widths of the bars, in order: those that are outlined. */
  private static List<Double> bars(Document svg) {
    NodeList all = svg.getElementsByTagName("rect");
    return java.util.stream.IntStream.range(0, all.getLength())
        .mapToObj(i -> (Element) all.item(i))
        .filter(rect -> rect.hasAttribute("stroke"))
        .map(rect -> Double.valueOf(rect.getAttribute("width")))
        .toList();
  }

  @Test
  void barsAreAsLongAsTheirValues() throws Exception {
    BarChart chart = BarChart.grouped("a < b & 'c'", "s", List.of("only"));
    chart.group("one", List.of(new BarChart.Bar(2, 1, 4, "2.0")));
    chart.group("two", List.of(new BarChart.Bar(4, 4, 4, "4.0")));

    Document svg = parse(chart.toString());

    assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("a < b & 'c'");
    assertThat(bars(svg)).hasSize(2);
    assertThat(bars(svg).get(1)).isEqualTo(2 * bars(svg).get(0));
  }

  @Test
  void aStackIsAsLongAsItsParts() throws Exception {
    BarChart chart = BarChart.stacked("t", "n", List.of("a", "b", "c"));
    chart.group("one", List.of(10.0, 0.0, 30.0), "40");

    // After the three of the legend; nothing is drawn of what is none.
    List<Double> bars = bars(parse(chart.toString())).subList(3, 5);
    assertThat(bars.get(1)).isEqualTo(3 * bars.get(0));
  }

  @Test
  void linesHaveAMarkForEachPlace() throws Exception {
    LineChart chart = new LineChart("t", "n", "processes", List.of("1", "2", "4"));
    chart.line("one", List.of(1.0, 2.0, 4.0));

    // One more beside its name.
    assertThat(parse(chart.toString()).getElementsByTagName("circle").getLength() - 1)
        .as("without the one of a hatch")
        .isEqualTo(4);
  }

  @Test
  void axesEndAtRoundNumbersAboveTheHighest() {
    assertThat(Axis.upTo(0.37, 100).end()).isCloseTo(0.4, within());
    assertThat(Axis.upTo(7, 100).end()).isEqualTo(7);
    assertThat(Axis.upTo(1234, 100).end()).isEqualTo(1400);
    assertThat(Axis.label(0.25)).isEqualTo("0.25");
    assertThat(Axis.label(1400)).isEqualTo("1,400");
    assertThat(Axis.label(0)).isEqualTo("0");
    assertThat(LogAxis.over(List.of(3.0, 420.0), 100).ticks())
        .containsExactly(2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0);
    assertThat(LogAxis.over(List.of(1.0, 4.0), 100).at(1)).isZero();
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-9);
  }
}
