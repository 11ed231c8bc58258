//! The structure that screen readers walk through, filled while pages are drawn.

use krilla::tagging::{Identifier, Node, TagGroup, TagKind, TagTree};

/// An element of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element(usize);

/// Elements in reading order, the first being the document.
pub struct Tree {
    elements: Vec<Branch>,
}

struct Branch {
    tag: Option<TagKind>,
    children: Vec<Child>,
}

enum Child {
    Element(Element),
    Content(Identifier),
}

impl Tree {
    pub const ROOT: Element = Element(0);

    pub fn new() -> Tree {
        Tree { elements: vec![Branch { tag: None, children: Vec::new() }] }
    }

    /// A new last child.
    pub fn add(&mut self, parent: Element, tag: impl Into<TagKind>) -> Element {
        let element = Element(self.elements.len());
        self.elements.push(Branch { tag: Some(tag.into()), children: Vec::new() });
        if let Some(parent) = self.elements.get_mut(parent.0) {
            parent.children.push(Child::Element(element));
        }
        element
    }

    /// Says that what was drawn belongs to this element.
    pub fn draw(&mut self, element: Element, content: Identifier) {
        if let Some(element) = self.elements.get_mut(element.0) {
            element.children.push(Child::Content(content));
        }
    }

    pub fn finish(mut self) -> TagTree {
        TagTree::from(self.children(Tree::ROOT)).with_lang(Some("fr-FR".to_owned()))
    }

    fn children(&mut self, element: Element) -> Vec<Node> {
        let children = self.elements.get_mut(element.0).map(|branch| std::mem::take(&mut branch.children));
        let mut nodes = Vec::new();
        for child in children.unwrap_or_default() {
            match child {
                Child::Content(content) => nodes.push(Node::Leaf(content)),
                Child::Element(element) => {
                    let tag = self.elements.get_mut(element.0).and_then(|branch| branch.tag.take());
                    let children = self.children(element);
                    if let Some(tag) = tag {
                        nodes.push(Node::Group(TagGroup::with_children(tag, children)));
                    }
                }
            }
        }
        nodes
    }
}
