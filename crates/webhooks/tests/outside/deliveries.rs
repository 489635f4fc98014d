//! Attempts against receivers of every temper.

use std::time::Duration;

use bytes::Bytes;
use hedge_domain::Timestamp;
use hedge_webhooks::{Attempt, Contract, Failure, Message, Outcome, Secret, Signers};

use crate::receiver::{Answer, BODY, LONG, Receiver, SHORT, answer, attempt, send, sender, target};

fn failed(status: u16) -> Outcome {
    Outcome::Failed(Failure::Status(status))
}

#[tokio::test]
async fn the_status_decides() {
    let table = [
        ("200 OK", 200, true, true),
        ("201 Created", 201, true, false),
        ("204 No Content", 204, true, false),
        ("304 Not Modified", 304, false, false),
        ("400 Bad Request", 400, false, false),
        ("410 Gone", 410, false, false),
        ("500 Internal Server Error", 500, false, false),
    ];
    let sender = sender();
    for (line, status, hedge, sidebet) in table {
        let receiver = Receiver::always(answer(line, "")).await;
        let target = receiver.target();
        for (contract, accepted) in [(Contract::Hedge, hedge), (Contract::SideBet, sidebet)] {
            let expected = if accepted { Outcome::Delivered { status } } else { failed(status) };
            let report = sender.attempt(Attempt { contract, ..attempt(&target) }).await;
            assert_eq!(report.outcome, expected, "{contract:?} {line}");
        }
    }
}

#[tokio::test]
async fn the_exact_bytes_and_headers_arrive() {
    let mut receiver = Receiver::always(answer("200 OK", "thanks")).await;
    let target = receiver.target();
    let secret = Secret::from_bytes([1; 32]);
    let message = Message { id: "evt_1", at: Timestamp::from_millis(1_718_447_400_000), body: BODY, covered: BODY };
    let headers = Signers { current: &secret, previous: None }.headers(&message).unwrap();
    let report = sender().attempt(Attempt { headers, ..attempt(&target) }).await;
    assert_eq!(report.outcome, Outcome::Delivered { status: 200 });
    assert_eq!(report.answer, "thanks");
    let (head, body) = receiver.request().await;
    assert_eq!(body, BODY);
    let mut lines: Vec<_> = head.trim_end().lines().collect();
    assert_eq!(lines.remove(0), "POST /hook?a=b HTTP/1.1");
    lines.sort_unstable();
    let expected = [
        format!("content-length: {}", BODY.len()),
        "content-type: application/json".to_owned(),
        format!("host: 127.0.0.1:{}", receiver.port),
        format!("user-agent: Hedge-Webhooks/{}", env!("CARGO_PKG_VERSION")),
        "webhook-id: evt_1".to_owned(),
        format!("webhook-signature: {}", secret.standard(&message)),
        "webhook-timestamp: 1718447400".to_owned(),
        format!("x-hedge-signature: {}", secret.hedge(BODY)),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn connections_are_used_again() {
    let receiver = Receiver::always(answer("200 OK", "some answer")).await;
    let target = receiver.target();
    let sender = sender();
    for _ in 0..20 {
        assert!(sender.attempt(attempt(&target)).await.outcome.is_delivered());
    }
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_receiver_that_hangs_is_given_up() {
    let target = Receiver::always(Answer::Hang).await.target();
    let report = sender().attempt(Attempt { patience: SHORT, ..attempt(&target) }).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Timeout));
    assert!(report.took >= SHORT && report.took < LONG, "{:?}", report.took);
}

#[tokio::test]
async fn half_a_head_is_no_answer() {
    let target = Receiver::always(Answer::Stall("HTTP/1.1 200 OK\r\ncontent-le".into())).await.target();
    let report = sender().attempt(Attempt { patience: SHORT, ..attempt(&target) }).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Timeout));
}

#[tokio::test]
async fn a_status_in_time_counts_though_its_body_never_ends() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\nand then";
    let target = Receiver::always(Answer::Stall(answer.into())).await.target();
    let report = sender().attempt(Attempt { patience: SHORT, ..attempt(&target) }).await;
    assert_eq!(report.outcome, Outcome::Delivered { status: 200 });
    assert_eq!(report.answer, "and then");
}

#[tokio::test]
async fn of_a_huge_answer_the_beginning_is_kept_and_the_connection_dropped() {
    let mut bytes = b"HTTP/1.1 500 Oops\r\ncontent-length: 50000000\r\n\r\n".to_vec();
    bytes.resize(50_000_000, b'x');
    let receiver = Receiver::always(Answer::Say(bytes.into())).await;
    let target = receiver.target();
    let sender = sender();
    for _ in 0..2 {
        let report = sender.attempt(attempt(&target)).await;
        assert_eq!((report.outcome, report.answer.len()), (failed(500), 1_024));
    }
    assert_eq!(receiver.connections(), 2);
}

#[tokio::test]
async fn an_endless_head_is_not_read() {
    let head = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(1_000_000));
    let target = Receiver::always(Answer::Say(head.into())).await.target();
    let report = send(&target).await;
    assert!(matches!(report.outcome, Outcome::Failed(Failure::HeadTooLarge | Failure::Closed)), "{report:?}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_told_as_what_it_is() {
    let head = format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(20_000));
    let report = send(&Receiver::always(Answer::Say(head.into())).await.target()).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::HeadTooLarge));
    assert_eq!(Failure::HeadTooLarge.to_string(), "the head of the answer was larger than 16 KiB");
}

#[tokio::test]
async fn an_answer_that_is_not_text_is_shown_as_far_as_it_is() {
    let bytes = Bytes::from_static(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\na\xffb");
    let report = send(&Receiver::always(Answer::Say(bytes)).await.target()).await;
    assert_eq!(report.answer, "a\u{fffd}b");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for (line, status) in [("301 Moved", 301), ("302 Found", 302), ("303 See", 303), ("307 T", 307), ("308 P", 308)] {
        let inside = Receiver::always(answer("200 OK", "secret")).await;
        let head =
            format!("HTTP/1.1 {line}\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n", inside.port);
        let report = send(&Receiver::always(Answer::Say(head.into())).await.target()).await;
        assert_eq!(report.outcome, failed(status));
        assert_eq!(inside.connections(), 0);
        let words = Failure::Status(status).to_string();
        assert_eq!(words, format!("the answer was {status}, and redirects are not followed"));
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_up_is_called_once() {
    let receiver = Receiver::always(Answer::Close).await;
    assert_eq!(send(&receiver.target()).await.outcome, Outcome::Failed(Failure::Closed));
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_went_stale_is_replaced_within_the_attempt() {
    let script = |_, request| if request == 0 { answer("200 OK", "") } else { Answer::Close };
    let receiver = Receiver::start(script).await;
    let target = receiver.target();
    let sender = sender();
    for _ in 0..4 {
        assert_eq!(sender.attempt(attempt(&target)).await.outcome, Outcome::Delivered { status: 200 });
    }
    assert_eq!(receiver.connections(), 4);
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    for bytes in ["220 mail.example ESMTP\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"] {
        let report = send(&Receiver::always(Answer::Last(bytes.into())).await.target()).await;
        assert_eq!(report.outcome, Outcome::Failed(Failure::NotHttp), "{bytes}");
    }
}

#[tokio::test]
async fn nobody_there_is_said_so() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let report = send(&target(&url)).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::Connect));
    assert_eq!(Failure::Connect.code(), "connect");
}

#[tokio::test]
async fn a_dead_receiver_does_not_slow_another() {
    let (dead, alive) = (Receiver::always(Answer::Hang).await, Receiver::always(answer("200 OK", "")).await);
    let (dead, alive, sender) = (dead.target(), alive.target(), sender());
    let waiting = (0..50).map(|_| Box::pin(sender.attempt(attempt(&dead))));
    let mut waiting: futures::stream::FuturesUnordered<_> = waiting.collect();
    let deliveries = async {
        for _ in 0..50 {
            assert!(sender.attempt(attempt(&alive)).await.outcome.is_delivered());
        }
    };
    tokio::select! {
        () = deliveries => {}
        ended = futures::StreamExt::next(&mut waiting) => panic!("the dead one answered: {ended:?}"),
    }
}

#[tokio::test]
async fn a_busy_receiver_says_when_to_come_again() {
    let table = [
        ("503 Service Unavailable", "retry-after: 120", Some(120)),
        ("429 Too Many Requests", "Retry-After:  7 ", Some(7)),
        ("503 Service Unavailable", "retry-after: Tue, 01 Dec 2026 10:01:00 GMT", Some(60)),
        ("503 Service Unavailable", "retry-after: soon", None),
        ("503 Service Unavailable", "x-nothing: 1", None),
        ("500 Internal Server Error", "retry-after: 120", None),
        ("200 OK", "retry-after: 120", None),
    ];
    for (status, header, waits) in table {
        let head = format!("HTTP/1.1 {status}\r\ndate: Tue, 01 Dec 2026 10:00:00 GMT\r\n{header}\r\n");
        let answer = Answer::Last(format!("{head}connection: close\r\ncontent-length: 0\r\n\r\n").into());
        let receiver = Receiver::always(answer).await;
        let report = send(&receiver.target()).await;
        assert_eq!(report.retry_after, waits.map(Duration::from_secs), "{status} {header}");
        let recorded = waits.map(|wait| hedge_domain::Duration::from_secs(wait.cast_signed()));
        assert_eq!(report.record().retry_after, recorded);
    }
}
