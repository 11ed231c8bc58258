//! The files of an ODT package that hardly depend on the paper. OpenDocument 1.3, part 2 (packages) and 3 (schema).

use super::model::Paper;
use crate::sheets::text::clean;

pub use crate::sheets::ods::escape;

pub const CONTENT_TYPE: &str = "application/vnd.oasis.opendocument.text";

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
const SPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3""#;

pub fn manifest() -> String {
    let mut entries = String::new();
    for part in ["content.xml", "styles.xml", "meta.xml"] {
        entries
            .push_str(&format!(r#"<manifest:file-entry manifest:full-path="{part}" manifest:media-type="text/xml"/>"#));
    }
    format!(
        r#"{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{CONTENT_TYPE}"/>{entries}</manifest:manifest>"#
    )
}

pub fn meta(paper: &Paper) -> String {
    let [title, description] = [paper.shown_title(), &paper.description].map(|text| escape(&clean(text)).into_owned());
    let day = paper.written_on;
    format!(
        r#"{XML}<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta><meta:generator>Maillage</meta:generator><dc:title>{title}</dc:title><dc:description>{description}</dc:description><meta:creation-date>{day}T00:00:00</meta:creation-date><dc:date>{day}T00:00:00</dc:date><dc:language>fr-FR</dc:language></office:meta></office:document-meta>"#
    )
}

pub fn content(column_styles: &str, body: &str) -> String {
    let automatic = r##"<style:style style:name="Table" style:family="table"><style:table-properties style:width="166mm" table:align="margins" fo:margin-top="1mm" fo:margin-bottom="4mm"/></style:style><style:style style:name="Row" style:family="table-row"><style:table-row-properties fo:keep-together="auto"/></style:style><style:style style:name="Tall" style:family="table-row"><style:table-row-properties style:min-row-height="12mm" fo:keep-together="always"/></style:style><style:style style:name="Signature" style:family="table-row"><style:table-row-properties style:min-row-height="30mm" fo:keep-together="always"/></style:style><style:style style:name="Head" style:family="table-cell"><style:table-cell-properties fo:background-color="#eef4f2" fo:border-bottom="1pt solid #0f5e5a" fo:padding="1.5mm"/></style:style><style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:border-bottom="0.5pt solid #c4cecb" fo:padding="1.5mm"/></style:style><style:style style:name="TallCell" style:family="table-cell"><style:table-cell-properties style:vertical-align="middle" fo:border-bottom="0.5pt solid #c4cecb" fo:border-left="0.5pt solid #c4cecb" fo:border-right="0.5pt solid #c4cecb" fo:padding="1.5mm"/></style:style><style:style style:name="Place" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #c4cecb" fo:padding="2mm"/></style:style><style:style style:name="Nothing" style:family="table-cell"><style:table-cell-properties fo:border="none" fo:padding="2mm"/></style:style>"##;
    format!(
        "{XML}<office:document-content {SPACES}><office:automatic-styles>{automatic}{column_styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
}

/// The name of a style as people see it, its parent, the properties of its paragraphs and of its text.
struct Style(&'static str, &'static str, &'static str, &'static str);

const STYLES: [Style; 16] = [
    Style("Text body", "Standard", r#"fo:margin-bottom="2.8mm" fo:orphans="2" fo:widows="2""#, ""),
    Style("Overline", "Standard", "", r##"fo:font-size="8.5pt" fo:font-weight="bold" fo:color="#4a5561""##),
    Style(
        "Heading 1",
        "Standard",
        r#"fo:margin-bottom="3.5mm" fo:keep-with-next="always""#,
        r##"fo:font-size="20pt" fo:font-weight="bold" fo:color="#0f5e5a""##,
    ),
    Style(
        "Heading 2",
        "Standard",
        r#"fo:margin-top="7mm" fo:margin-bottom="1.8mm" fo:keep-with-next="always""#,
        r##"fo:font-size="13.5pt" fo:font-weight="bold" fo:color="#0f5e5a""##,
    ),
    Style(
        "Heading 3",
        "Standard",
        r#"fo:margin-top="4.5mm" fo:margin-bottom="1mm" fo:keep-with-next="always""#,
        r#"fo:font-size="11pt" fo:font-weight="bold""#,
    ),
    Style("Small note", "Text body", "", r##"fo:font-size="8.5pt" fo:color="#4a5561""##),
    Style(
        "Marked",
        "Standard",
        r##"fo:background-color="#eef4f2" fo:border-left="2.5pt solid #0f5e5a" fo:border-top="none" fo:border-bottom="none" fo:border-right="none" fo:padding="2mm" fo:margin-bottom="3mm""##,
        "",
    ),
    Style(
        "Marked label",
        "Marked",
        r#"fo:margin-top="3mm" fo:margin-bottom="0mm" fo:keep-with-next="always""#,
        r##"fo:font-weight="bold" fo:color="#0f5e5a""##,
    ),
    Style("List item", "Standard", r#"fo:margin-bottom="1mm""#, ""),
    Style("Table text", "Standard", "", r#"fo:font-size="9pt""#),
    Style("Table number", "Table text", r#"fo:text-align="end""#, ""),
    Style("Table heading", "Table text", "", r##"fo:font-weight="bold" fo:color="#0f5e5a""##),
    Style("Table heading number", "Table heading", r#"fo:text-align="end""#, ""),
    Style(
        "Table caption",
        "Standard",
        r#"fo:margin-bottom="1.4mm" fo:keep-with-next="always""#,
        r#"fo:font-size="9.5pt" fo:font-weight="bold""#,
    ),
    Style("Page break", "Standard", r#"fo:break-before="page""#, r#"fo:font-size="2pt""#),
    Style("Footer", "Standard", "", r##"fo:font-size="8pt" fo:color="#4a5561""##),
];

/// The named styles, the page and its footer, on whose left this text stands.
pub fn styles(footer: &str) -> String {
    let mut named = String::new();
    for Style(name, parent, paragraph, text) in STYLES {
        let code = name.replace(' ', "_20_");
        let parent = parent.replace(' ', "_20_");
        let outline = match name.strip_prefix("Heading ") {
            Some(level) => format!(r#" style:default-outline-level="{level}" style:next-style-name="Text_20_body""#),
            None => String::new(),
        };
        let tabs = if name == "Footer" {
            r#"<style:tab-stops><style:tab-stop style:position="166mm" style:type="right"/></style:tab-stops>"#
        } else {
            ""
        };
        named.push_str(&format!(
            r#"<style:style style:name="{code}" style:display-name="{name}" style:family="paragraph" style:parent-style-name="{parent}"{outline}><style:paragraph-properties {paragraph}>{tabs}</style:paragraph-properties><style:text-properties {text}/></style:style>"#
        ));
    }
    let default = r##"<style:default-style style:family="paragraph"><style:paragraph-properties style:tab-stop-distance="10mm"/><style:text-properties fo:language="fr" fo:country="FR" fo:font-family="'Noto Sans', 'Liberation Sans', Arial, sans-serif" fo:font-size="10pt" fo:color="#1c2733" fo:hyphenate="false"/></style:default-style><style:style style:name="Standard" style:family="paragraph"/>"##;
    // The value starts under the one above, whatever the length of the label.
    let fact = r##"<style:style style:name="Fact" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-left="38mm" fo:text-indent="-38mm" fo:margin-bottom="1mm"/></style:style><style:style style:name="Last_20_fact" style:display-name="Last fact" style:family="paragraph" style:parent-style-name="Fact"><style:paragraph-properties fo:margin-bottom="2.8mm"/></style:style><style:style style:name="Label" style:family="text"><style:text-properties fo:color="#4a5561"/></style:style>"##;
    let levels = |kind: &str, mark: &str| {
        format!(
            r#"<text:list-style style:name="{kind}">{mark}<style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="6mm" fo:text-indent="-6mm" fo:margin-left="6mm"/></style:list-level-properties>"#
        )
    };
    let bullets = levels("Items", r#"<text:list-level-style-bullet text:level="1" text:bullet-char="•">"#);
    let numbers = levels(
        "Numbered",
        r#"<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix=".">"#,
    );
    let page = r#"<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm" style:print-orientation="portrait" fo:margin-top="20mm" fo:margin-bottom="14mm" fo:margin-left="22mm" fo:margin-right="22mm"/><style:footer-style><style:header-footer-properties fo:min-height="8mm" fo:margin-top="4mm"/></style:footer-style></style:page-layout>"#;
    format!(
        r#"{XML}<office:document-styles {SPACES}><office:styles>{default}{named}{fact}{bullets}</text:list-level-style-bullet></text:list-style>{numbers}</text:list-level-style-number></text:list-style></office:styles><office:automatic-styles>{page}</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:footer><text:p text:style-name="Footer">{footer}<text:tab/>page <text:page-number>1</text:page-number> sur <text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles></office:document-styles>"#
    )
}
