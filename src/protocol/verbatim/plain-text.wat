;; Whether the bytes from $at to $end, the inside of a JSON string, are ASCII of which JSON.stringify would make the very
;; same bytes: no quote, no control character, and a backslash only before n or r. Looks at 16 bytes at a time, and at up
;; to 16 beyond $end, which the caller fills with spaces.
(module
  (memory (export "memory") 1)
  (func (export "isPlain") (param $at i32) (param $end i32) (result i32)
    (local $here v128)
    (local $next v128)
    (local $bad v128)
    (block $done
      (loop $blocks
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $here (v128.load align=1 (local.get $at)))
        (local.set $next (v128.load offset=1 align=1 (local.get $at)))
        (local.set $bad
          (v128.or
            (local.get $bad)
            (v128.or
              (v128.or
                ;; Signed: what is not ASCII is below zero.
                (i8x16.lt_s (local.get $here) (i8x16.splat (i32.const 0x20)))
                (i8x16.eq (local.get $here) (i8x16.splat (i32.const 0x22))))
              (v128.andnot
                (i8x16.eq (local.get $here) (i8x16.splat (i32.const 0x5c)))
                (v128.or
                  (i8x16.eq (local.get $next) (i8x16.splat (i32.const 0x6e)))
                  (i8x16.eq (local.get $next) (i8x16.splat (i32.const 0x72))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $blocks)))
    (i32.eqz (v128.any_true (local.get $bad)))))
