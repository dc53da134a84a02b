fn main() {
    let values = vec![1, 2, 3];
    if values.len() == 0 {
        return;
    }
    let total: i32 = values.iter().map(|x| x.clone()).sum();
    println!("{}", total);
    let unused = 3;
    return ();
}
