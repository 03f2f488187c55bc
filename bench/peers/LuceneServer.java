import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.FacetsCollector;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MultiCollector;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.TopFieldCollector;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.store.FSDirectory;

/** Lucene as one would use it in earnest, driven over pipes: a line in, a line out. Words come cut already. */
public final class LuceneServer {
  private static final String[] TEXTS = {"title", "author", "subject", "number", "all"};
  private static final String[] VALUES = {"kind", "class", "language", "library", "shelf"};
  private static final String[] DIMENSIONS = {"library", "decade", "language", "kind", "class"};

  public static void main(String[] arguments) throws Exception {
    FSDirectory directory = FSDirectory.open(Paths.get(arguments[0]));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    index(directory, in);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      SortedSetDocValuesReaderState state = new DefaultSortedSetDocValuesReaderState(reader);
      out.println("ready " + reader.numDocs());
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(answer(searcher, state, new ArrayDeque<>(Arrays.asList(line.split("\t", -1)))));
      }
    }
  }

  /** Reads documents until an empty line: id, five texts, year, added, then five lists of values. */
  private static void index(FSDirectory directory, BufferedReader in) throws Exception {
    FacetsConfig config = new FacetsConfig();
    config.setMultiValued("library", true);
    config.setMultiValued("language", true);
    IndexWriterConfig settings = new IndexWriterConfig(new WhitespaceAnalyzer()).setRAMBufferSizeMB(200);
    try (IndexWriter writer = new IndexWriter(directory, settings)) {
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        writer.addDocument(config.build(document(line.split("\t", -1))));
      }
    }
  }

  private static Document document(String[] cells) {
    Document document = new Document();
    document.add(new StoredField("id", cells[0]));
    for (int place = 0; place < TEXTS.length; place++) {
      document.add(new TextField(TEXTS[place], cells[1 + place], Field.Store.NO));
    }
    int year = Integer.parseInt(cells[6]);
    document.add(new IntPoint("year", year));
    document.add(new SortedSetDocValuesFacetField("decade", String.valueOf(year / 10 * 10)));
    document.add(new NumericDocValuesField("added", Long.parseLong(cells[7])));
    for (int place = 0; place < VALUES.length; place++) {
      String name = VALUES[place];
      for (String value : cells[8 + place].split(" ")) {
        if (value.isEmpty()) continue;
        document.add(new StringField(name, value, Field.Store.NO));
        if (!name.equals("shelf")) {
          String shown = name.equals("class") ? value.substring(0, 1) : value;
          document.add(new SortedSetDocValuesFacetField(name, shown));
        }
      }
    }
    return document;
  }

  /** Answers one question: sort, offset, size, with or without facets, then the query in prefix form. */
  private static String answer(IndexSearcher searcher, SortedSetDocValuesReaderState state, Deque<String> words)
      throws Exception {
    long started = System.nanoTime();
    boolean newest = words.pop().equals("newest");
    int offset = Integer.parseInt(words.pop());
    int size = Integer.parseInt(words.pop());
    boolean counted = words.pop().equals("facets");
    Query query = query(words);
    TopDocsCollector<?> top =
        newest
            ? TopFieldCollector.create(
                new Sort(new SortField("added", SortField.Type.LONG, true)), offset + size, Integer.MAX_VALUE)
            : TopScoreDocCollector.create(offset + size, Integer.MAX_VALUE);
    FacetsCollector facets = new FacetsCollector();
    searcher.search(query, counted ? MultiCollector.wrap(top, facets) : top);
    TopDocs found = top.topDocs(offset, size);
    int values = 0;
    if (counted) {
      SortedSetDocValuesFacetCounts counts = new SortedSetDocValuesFacetCounts(state, facets);
      for (String dimension : DIMENSIONS) {
        var result = counts.getTopChildren(20, dimension);
        values += result == null ? 0 : result.labelValues.length;
      }
    }
    StringBuilder ids = new StringBuilder();
    for (ScoreDoc hit : found.scoreDocs) ids.append(' ').append(searcher.doc(hit.doc).get("id"));
    long taken = System.nanoTime() - started;
    return taken + " " + found.totalHits.value + " " + values + ids;
  }

  private static Query query(Deque<String> words) {
    String kind = words.pop();
    switch (kind) {
      case "*":
        return new MatchAllDocsQuery();
      case "term":
        return new TermQuery(new Term(words.pop(), words.pop()));
      case "prefix":
        return new PrefixQuery(new Term(words.pop(), words.pop()));
      case "phrase":
        String field = words.pop();
        return new PhraseQuery(field, words.pop().split(" "));
      case "years":
        return IntPoint.newRangeQuery("year", Integer.parseInt(words.pop()), Integer.parseInt(words.pop()));
      case "not":
        return new BooleanQuery.Builder()
            .add(new MatchAllDocsQuery(), Occur.SHOULD)
            .add(query(words), Occur.MUST_NOT)
            .build();
      default:
        return group(kind, words);
    }
  }

  private static Query group(String kind, Deque<String> words) {
    BooleanQuery.Builder group = new BooleanQuery.Builder();
    int parts = Integer.parseInt(words.pop());
    for (int part = 0; part < parts; part++) {
      if (kind.equals("or")) {
        group.add(query(words), Occur.SHOULD);
      } else if (words.peek().equals("not")) {
        words.pop();
        group.add(query(words), Occur.MUST_NOT);
      } else if (words.peek().equals("filter")) {
        words.pop();
        group.add(query(words), Occur.FILTER);
      } else {
        group.add(query(words), Occur.MUST);
      }
    }
    return group.build();
  }
}
