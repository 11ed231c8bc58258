//! x
use super::*;
stories! {
    async fn dump(town: Town) {
        let _ = std::fs::create_dir_all("/tmp/dump");
        for slug in REAL.iter().chain(INVENTED.iter()) {
            for view in ["", "/membres", "/instances", "/conventions", "/reseaux", "/registre"] {
                let page = town.get(&format!("/gouvernances/{slug}{view}")).await.ok();
                std::fs::write(format!("/tmp/dump/{slug}{}.txt", view.replace('/', "_")), page.words()).unwrap();
                std::fs::write(format!("/tmp/dump/{slug}{}.html", view.replace('/', "_")), page.text()).unwrap();
                if view == "/instances" {
                    for link in page.links().iter().filter(|l| l.contains("/instances/")) {
                        let page = town.get(link).await.ok();
                        std::fs::write(format!("/tmp/dump/{}.html", link.replace('/', "_")), page.text()).unwrap();
                        std::fs::write(format!("/tmp/dump/{}.txt", link.replace('/', "_")), page.words()).unwrap();
                    }
                }
            }
        }
        for p in ["/gouvernances.csv", "/gouvernances?etat=suspended", "/national", "/structures.csv", "/registre.csv",
            "/gouvernances/reseau-exemple-vallee/membres.csv", "/registre/500"] {
            std::fs::write(format!("/tmp/dump/{}.txt", p.replace(['/', '?'], "_")), town.get(p).await.text()).unwrap();
        }
    }
}
