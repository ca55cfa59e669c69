/*
 * The text of programs: one head word for each form.
 *
 * Every decision is made on one token, so parsing is linear in the text and nests no deeper than
 * the rules below. The reader calls `header`, `instruction`, `returnLine` and the like one after
 * another instead of `program`, so that memory stays bounded and an error stays on its line;
 * `program` says how they belong together.
 */
grammar Miser;

program : header OPEN (function | schedule) CLOSE EOF ;
function : instruction* returnLine ;
schedule : section section memory? returnLine ;
section : (INIT | STEP) OPEN (kernel | view)* CLOSE ;
kernel : kernelHead OPEN instruction* CLOSE ;
memory : MEMORY OPEN memoryLine* CLOSE ;

header : head=(FUNC | SCHEDULE | PLAN) SYMBOL parameters ARROW results (TARGET attributes)? ;
parameters : LPAREN (parameter (COMMA parameter)*)? RPAREN ;
parameter : role=(PARAM | STATE)? VALUE COLON type (EQUALS initialiser)? (IN range)? ;
initialiser : word LPAREN (argument (COMMA argument)*)? RPAREN ;
argument : NUMBER | word ;
range : low=NUMBER DOTS high=NUMBER ;
results : type | LPAREN (type (COMMA type)*)? RPAREN ;

instruction : VALUE EQUALS word operands? attributes? (COLON type)? ;
operands : VALUE (COMMA VALUE)* ;
attributes : OPEN (attribute (COMMA attribute)*)? CLOSE ;
attribute : word EQUALS attributeValue ;
attributeValue : NUMBER | STRING | list | word (list elements?)? ;
list : LBRACKET (NUMBER (COMMA NUMBER)*)? RBRACKET ;
elements : LPAREN (element (COMMA element)*)? RPAREN ;
element : NUMBER | word ;
type : word list ;

returnLine : RETURN (returned (COMMA returned)*)? ;
returned : VALUE | STATE state=VALUE EQUALS next=VALUE ;

kernelHead : KERNEL word outputs (WORKSPACE NUMBER)? ;
outputs : LPAREN (VALUE (COMMA VALUE)*)? RPAREN ;
view : VIEW instruction ;

memoryLine
  : ARENA NUMBER                                                              # arena
  | BUFFER VALUE AT offset=NUMBER SIZE size=NUMBER
      LIVE LBRACKET start=NUMBER COMMA end=NUMBER RPAREN                      # buffer
  | IN_PLACE output=VALUE OVER input=VALUE                                    # inPlace
  | CERTIFICATE attributes                                                    # certificate
  ;

// Words with a meaning in one place are plain names everywhere else.
word
  : WORD | FUNC | SCHEDULE | PLAN | PARAM | STATE | IN | RETURN | TARGET | INIT | STEP | KERNEL
  | WORKSPACE | VIEW | MEMORY | ARENA | BUFFER | AT | SIZE | LIVE | IN_PLACE | OVER | CERTIFICATE
  ;

FUNC : 'func' ;
SCHEDULE : 'schedule' ;
PLAN : 'plan' ;
PARAM : 'param' ;
STATE : 'state' ;
IN : 'in' ;
RETURN : 'return' ;
TARGET : 'target' ;
INIT : 'init' ;
STEP : 'step' ;
KERNEL : 'kernel' ;
WORKSPACE : 'workspace' ;
VIEW : 'view' ;
MEMORY : 'memory' ;
ARENA : 'arena' ;
BUFFER : 'buffer' ;
AT : 'at' ;
SIZE : 'size' ;
LIVE : 'live' ;
IN_PLACE : 'in_place' ;
OVER : 'over' ;
CERTIFICATE : 'certificate' ;

ARROW : '->' ;
EQUALS : '=' ;
COLON : ':' ;
COMMA : ',' ;
DOTS : '..' ;
LPAREN : '(' ;
RPAREN : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
OPEN : '{' ;
CLOSE : '}' ;

NUMBER : '-'? (DIGIT+ ('.' DIGIT+)? ([eE] [+-]? DIGIT+)? | 'inf' | 'nan') ;
WORD : [A-Za-z_] [A-Za-z_0-9]* ([-.] [A-Za-z_0-9]+)* ;
VALUE : '%' (NAME | QUOTED) ;
SYMBOL : '@' (NAME | QUOTED) ;
STRING : QUOTED ;

COMMENT : '//' ~[\n]* -> skip ;
SPACE : [ \t\r\n]+ -> skip ;

// What no rule above takes: reported by the parser like any token out of place.
UNTERMINATED : [%@]? UNCLOSED ;
INVALID : . ;

fragment DIGIT : [0-9] ;
fragment NAME : [A-Za-z_0-9] [A-Za-z_0-9.$-]* ;
fragment QUOTED : UNCLOSED '"' ;
fragment UNCLOSED : '"' (~["\\\r\n] | '\\' ~[\r\n])* ;
