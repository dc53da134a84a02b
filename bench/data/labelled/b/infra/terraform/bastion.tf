variable "vpc_id" {
  type        = string
  description = "VPC of the order platform"
}

variable "name_prefix" {
  type    = string
  default = "orders"
}

resource "aws_security_group" "bastion" {
  name        = "${var.name_prefix}-bastion"
  description = "Administrative access to the order platform"
  vpc_id      = var.vpc_id

  ingress {
    description = "SSH for the operations team"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "PostgreSQL in the data subnets"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.40.16.0/20"]
  }

  tags = {
    Service = "bastion"
    Owner   = "platform"
  }
}

output "bastion_security_group_id" {
  value = aws_security_group.bastion.id
}
