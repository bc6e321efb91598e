"""The names of fields that hold direct personal data, in normal form."""

from typing import Final

PERSONAL_KEYS: Final = frozenset({
    "email", "emailaddress", "mail", "phone", "phonenumber", "mobile", "mobilephone",
    "mobilenumber", "telephone", "tel", "cell", "cellphone", "fax", "firstname",
    "lastname", "middlename", "fullname", "givenname", "familyname", "surname",
    "username", "nickname", "displayname", "realname", "customername", "recipientname",
    "contactname", "agentname", "birthday", "birthdate", "dateofbirth", "dob",
    "address", "street", "streetaddress", "address1", "address2", "addressline1",
    "addressline2", "ip", "ipaddress", "clientip", "remoteip", "remoteaddr", "sourceip",
    "userip", "visitorip", "xforwardedfor", "xrealip", "password", "passwd", "ssn", "passport",
    "passportnumber", "idcard", "idnumber", "nationalid", "taxid", "creditcard",
    "cardnumber", "iban", "bankaccount", "deviceid", "devicetoken", "pushtoken",
    "advertisingid", "idfa", "idfv", "gaid", "openid", "unionid", "wechatid", "userid",
    "anonymousid", "latitude", "longitude", "avatar", "token", "accesstoken",
    "姓名", "手机", "手机号", "电话", "邮箱", "电子邮件", "地址", "收货人", "身份证",
    "身份证号",
})  # fmt: skip
PERSON_OBJECTS: Final = frozenset({
    "user", "customer", "contact", "recipient", "buyer", "shopper", "person", "billing",
    "shippingaddress", "billingaddress", "deliveryaddress", "traits", "externalids",
    "consignee", "receiver", "invitee",
})  # fmt: skip
PERSONAL_ENDINGS: Final = (
    "email", "emailaddress", "phone", "phonenumber", "firstname", "lastname", "fullname",
    "username", "streetaddress", "ipaddress",
)  # fmt: skip
